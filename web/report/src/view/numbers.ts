// How numbers look on the page. A missing number is a dash, never NaN.

export const kNone = "–";
type Maybe = number | null | undefined;

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

function known(value: Maybe): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}

export function count(value: Maybe): string {
  return known(value) ? whole.format(value) : kNone;
}

export function percent(value: Maybe, digits = 1): string {
  if (!known(value)) return kNone;
  const text = (100 * value).toFixed(digits);
  // A share that is almost but not quite all (or nothing) must not read as 100 % (or 0 %).
  if (value < 1 && Number(text) >= 100) return `> ${(100 - 10 ** -digits).toFixed(digits)} %`;
  if (value > 0 && Number(text) === 0) return `< ${(10 ** -digits).toFixed(digits)} %`;
  return `${text} %`;
}

export function decimal(value: Maybe, digits = 3): string {
  if (!known(value)) return kNone;
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text.replace("-", "−");
}

export function interval(low: Maybe, high: Maybe, digits = 2): string {
  return known(low) && known(high) ? `${decimal(low, digits)} to ${decimal(high, digits)}` : kNone;
}

export function seconds(value: Maybe): string {
  if (!known(value)) return kNone;
  return value < 1 ? `${whole.format(1000 * value)} ms` : `${value.toFixed(value < 10 ? 2 : 0)} s`;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
