import type { Random } from '../../base/random.ts'

/** `irtt`: the fill of irtt's own server. */
const PATTERN = [0x69, 0x72, 0x74, 0x74] as const

/** Writes the server's payload over the request's: the pattern or, with a generator, pseudo-random bytes. */
export function fillPayload(payload: Uint8Array, random: Random | undefined): void {
  if (random === undefined) {
    for (let at = 0; at < payload.length; at++) payload[at] = PATTERN[at & 3] ?? 0
    return
  }
  for (let at = 0; at < payload.length; at += 4) {
    const word = random.integer(2 ** 32)
    for (let n = 0; n < 4 && at + n < payload.length; n++) payload[at + n] = word >>> (8 * n)
  }
}
