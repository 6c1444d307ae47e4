/**
 * Which of the last 64 requests a server received: bit 0 of `low` is the request that this reply answers, bit k is the one whose sequence number is k
 * lower. 64 bits, in two halves.
 */
export interface IrttWindow {
  readonly low: number
  readonly high: number
}

/** Of the first request, and of one after which the window is empty: nothing is known about earlier ones. */
export const NEW_WINDOW: IrttWindow = { low: 1, high: 0 }

const BITS = 64
const HALF = 32

/**
 * The window after another request. A request that comes 64 or more after the last one, and every one that comes late (the difference is
 * unsigned), empties it.
 * @param step its sequence number minus that of the request received before it, modulo 2^32, from 0
 */
export function nextWindow({ low, high }: IrttWindow, step: number): IrttWindow {
  if (step >= BITS) return NEW_WINDOW
  if (step === 0) return { low: (low | 1) >>> 0, high }
  // Shift counts of JavaScript are modulo 32.
  if (step >= HALF) return { low: 1, high: (low << (step - HALF)) >>> 0 }
  return { low: ((low << step) | 1) >>> 0, high: ((high << step) | (low >>> (HALF - step))) >>> 0 }
}

/** Whether the server had received the request that is `back` sequence numbers before the answered one. Only 0 to 63 can be known. */
export function wasReceived({ low, high }: IrttWindow, back: number): boolean {
  return back < HALF ? ((low >>> back) & 1) === 1 : back < BITS && ((high >>> (back - HALF)) & 1) === 1
}

/** The window with the request that is `back` sequence numbers before the answered one as received; the same if that is 64 or more. */
export function withReceived({ low, high }: IrttWindow, back: number): IrttWindow {
  if (back >= BITS) return { low, high }
  return back < HALF ? { low: (low | (1 << back)) >>> 0, high } : { low, high: (high | (1 << (back - HALF))) >>> 0 }
}
