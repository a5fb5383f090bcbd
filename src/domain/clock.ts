/** Time comes in from outside, so that tests can move it. Unix milliseconds. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** 2026-03-03T09:15:00Z: whole seconds, as credentials and answers write a moment. */
export const isoSeconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`
