// A region that scrolls must take the focus, or the keyboard can't reach what it hides.
export default {
  compilerOptions: { warningFilter: (warning) => warning.code !== "a11y_no_noninteractive_tabindex" },
};
