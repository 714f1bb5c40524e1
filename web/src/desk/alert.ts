import { useEffect, useSyncExternalStore } from "react";

// How the desk calls for attention: a sound, and the number of orders nobody has looked at before the title of the window.

const remembered = "kabinet.desk.sound";
const listeners = new Set<() => void>();

let unseen = 0;
let sound = localStorage.getItem(remembered) !== "off";
let context: AudioContext | undefined;
let rang = 0;

function publish() {
  for (const listener of listeners) listener();
}

function watch(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How many new orders came in since the board was last looked at. */
export function useUnseen(): number {
  return useSyncExternalStore(watch, () => unseen);
}

/** Counts a new order. */
export function countNew() {
  unseen++;
  publish();
}

/** The board was looked at. */
export function seen() {
  if (unseen === 0) return;
  unseen = 0;
  publish();
}

/** Whether new orders are heard; remembered by this browser. */
export function useSound(): boolean {
  return useSyncExternalStore(watch, () => sound);
}

/** Switches the sound; switching it on plays it once. */
export function setSound(on: boolean) {
  sound = on;
  localStorage.setItem(remembered, on ? "on" : "off");
  publish();
  if (on) {
    allowSound();
    ring();
  }
}

/** Browsers play nothing before the person has touched the page; this is called when they do. */
export function allowSound() {
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

/** Plays two soft notes, once for orders that come together; nothing while the sound is off or not yet allowed. */
export function ring() {
  if (!sound || !context || performance.now() - rang < 2_000) return;
  rang = performance.now();
  note(context, 659.25, 0);
  note(context, 880, 0.16);
}

function note(audio: AudioContext, frequency: number, delay: number) {
  const start = audio.currentTime + delay;
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0.0001, start);
  volume.gain.exponentialRampToValueAtTime(0.25, start + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
  tone.connect(volume).connect(audio.destination);
  tone.start(start);
  tone.stop(start + 0.55);
}

/** A title with the number before it, whatever number it had. */
export function badged(title: string, count: number): string {
  const bare = title.replace(/^\(\d+\) /, "");
  return count > 0 ? `(${count}) ${bare}` : bare;
}

/** Keeps the number before the window's title while pages change it. */
export function useTitleBadge(count: number) {
  useEffect(() => {
    const apply = () => {
      const wanted = badged(document.title, count);
      if (document.title !== wanted) document.title = wanted;
    };
    apply();
    const observer = new MutationObserver(apply);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      document.title = badged(document.title, 0);
    };
  }, [count]);
}

/** Lets the sound play from the first touch or key on. */
export function useSoundAfterGesture() {
  const on = useSound();
  useEffect(() => {
    if (!on) return;
    const options = { once: true, capture: true } as const;
    addEventListener("pointerdown", allowSound, options);
    addEventListener("keydown", allowSound, options);
    return () => {
      removeEventListener("pointerdown", allowSound, options);
      removeEventListener("keydown", allowSound, options);
    };
  }, [on]);
}
