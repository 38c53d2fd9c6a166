// The times of a lecture against its plan: what is left, and by how much it is behind.

const ON_TIME = 30;

// Minutes and seconds, as a clock shows them.
export const asClock = (seconds) => {
  const whole = Math.floor(Math.abs(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

// What is left of so many planned seconds, in words; more than planned is over.
export const left = (planned, elapsed) => {
  const rest = Math.round(planned - elapsed);
  return rest >= 0 ? `${asClock(rest)} left` : `${asClock(rest)} over`;
};

// The lecture should be where the plan has its present step, and within it not beyond its end.
export const behind = ({ planned, elapsed }, lecture) =>
  lecture.elapsed - (lecture.before + Math.min(elapsed, planned));

// By how much a lecture is off, in words.
export const pace = (seconds) =>
  Math.abs(seconds) < ON_TIME ? "on time" : `${asClock(seconds)} ${seconds > 0 ? "behind" : "ahead"}`;

// Both clocks, so many seconds after they were told.
export const later = ({ step, lecture }, seconds) => ({
  step: { ...step, elapsed: step.elapsed + seconds },
  lecture: { ...lecture, elapsed: lecture.elapsed + seconds },
});
