// A browser whose clock is wrong, or whose timers stood still while it slept: they look at the clock when they run again.

/** The clock of every page and frame to come is off by `milliseconds`, or by what `window.off` says later. */
export const skew = (context, milliseconds) =>
  context.addInitScript((off) => {
    window.off = off;
    const { now } = Date;
    const Skewed = class extends Date {
      constructor(...given) {
        super(...(given.length ? given : [Skewed.now()]));
      }
      static now() {
        return now() + window.off;
      }
    };
    window.Date = Skewed;
  }, milliseconds);
