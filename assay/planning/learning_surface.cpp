#include "assay/planning/learning_surface.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace assay::planning {
namespace {

constexpr std::array kPowers = {0.25, 0.35, 0.5, 0.7, 1.0};
constexpr double kLeastWeight = 0.4, kMostWeight = 2.05, kWeightStep = 0.15;
constexpr double kLeastHalf = 1e-3, kMostHalf = 1e3, kHalfStep = 1.6;  // times the most items
constexpr double kWeightDeviation = 0.3, kPowerDeviation = 0.4;
constexpr double kHighest = 1;
constexpr double kLeastNoise = 1e-10;

struct Height {
  double height, squares;
};

// score - floor = height u, least squares.
Height fit_height(std::span<const SurfacePoint> points, const std::vector<double>& u, double floor) {
  double uu = 0, uy = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    uu += u[i] * u[i];
    uy += u[i] * (points[i].score - floor);
  }
  Height out{std::clamp(uu > 0 ? uy / uu : 0, 0.0, std::max(0.0, kHighest - floor)), 0};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double off = points[i].score - floor - out.height * u[i];
    out.squares += off * off;
  }
  return out;
}

// Squared, in deviations of the prior.
double distance(const SurfacePrior& prior, const LearningSurface& surface) {
  const double of_weight = (surface.weight - prior.weight) / kWeightDeviation;
  const double of_power = std::log(surface.power / prior.power) / kPowerDeviation;
  return of_weight * of_weight + of_power * of_power;
}

struct Fit {
  LearningSurface surface;
  double squares = std::numeric_limits<double>::infinity();
  double value = std::numeric_limits<double>::infinity();
};

Fit fit_with(std::span<const SurfacePoint> points, double floor, const SurfacePrior& prior, double noise) {
  Fit best;
  double most = 0;
  for (const auto& point : points) most = std::max(most, point.items);
  std::vector<double> effective(points.size()), u(points.size());
  LearningSurface at;
  at.floor = floor;
  for (at.weight = kLeastWeight; at.weight < kMostWeight; at.weight += kWeightStep) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      effective[i] = at.effective(points[i].items, points[i].kept * points[i].kept);
    }
    for (at.half = kLeastHalf * most; at.half < kMostHalf * most; at.half *= kHalfStep) {
      for (const double power : kPowers) {
        at.power = power;
        for (std::size_t i = 0; i < u.size(); ++i) u[i] = std::pow(effective[i] / (effective[i] + at.half), power);
        const Height fitted = fit_height(points, u, floor);
        const double value = fitted.squares + noise * distance(prior, at);
        if (value >= best.value) continue;
        at.height = fitted.height;
        best = {at, fitted.squares, value};
      }
    }
  }
  return best;
}

}  // namespace

double LearningSurface::at_effective(double effective) const {
  return floor + height * std::pow(effective / (effective + half), power);
}

double LearningSurface::effective(double items, double relative) const { return items * std::pow(relative, weight); }

LearningSurface fit_surface(std::span<const SurfacePoint> points, double floor, const SurfacePrior& prior) {
  // The first fit finds the spread of the residuals, in whose units the prior is.
  const Fit free = fit_with(points, floor, prior, 0);
  const double degrees = std::max(1.0, static_cast<double>(points.size()) - 4);
  return fit_with(points, floor, prior, std::max(kLeastNoise, free.squares / degrees)).surface;
}

}  // namespace assay::planning
