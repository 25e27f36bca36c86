/**
 * The sound of a new message: two short tones, made by WebAudio, so that there is no file to fetch.
 */

/** What is heard: when it begins (seconds), how high (Hz). @type {[number, number][]} */
const TONES = [
  [0, 659.25],
  [0.12, 880],
];

/** Seconds a tone takes to die away. */
const LENGTH = 0.4;

/** How loud, of 1. */
const VOLUME = 0.12;

/**
 * Plays it once. Where the person has not touched the page yet browsers keep silent; asking all the same would only leave a
 * line on the console.
 */
export function run() {
  const { userActivation } = navigator;
  if ((userActivation && !userActivation.hasBeenActive) || typeof AudioContext !== 'function') return;
  const context = new AudioContext();
  let last;
  for (const [begins, frequency] of TONES) {
    const at = context.currentTime + begins;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = frequency;
    loudness.gain.setValueAtTime(0, at);
    loudness.gain.linearRampToValueAtTime(VOLUME, at + 0.01);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + LENGTH);
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + LENGTH);
    last = tone;
  }
  // A context that stays open keeps the sound device awake.
  if (last) last.onended = () => context.close();
}
