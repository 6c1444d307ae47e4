import { readFileSync } from 'node:fs'

interface Golden<Given> {
  readonly [name: string]: Given & { readonly hex: string }
}

/** The packets that test/helpers/peers/golden.py made; null is what nobody knows. */
export const GOLDEN = JSON.parse(
  readFileSync(new URL('../../../fixtures/packets/golden.json', import.meta.url), 'utf8'),
) as {
  readonly probes: Golden<{ size: number; sequence: number; run: number; sent: number }>
  readonly replies: Golden<{
    size: number
    there: number
    sequence: number
    run: number
    sent: number
    slot: Readonly<Record<string, number | null>>
  }>
  /** Damaged probes as a server returns them; `damage`: bytes by their offsets. */
  readonly returned: Golden<{
    size: number
    sequence: number
    run: number
    sent: number
    damage: Readonly<Record<string, number>>
  }>
  readonly requests: Golden<{ number: number; run: number; length: number; first: number; count: number }>
  readonly answers: Golden<{
    number: number
    run: number
    length: number
    totals: Readonly<Record<string, number | null>>
    first: number
    states: string
  }>
  readonly uppercase: string
  /** The first 32 bytes of the random table of each seed. */
  readonly random: Readonly<Record<string, string>>
  readonly crc32: Readonly<Record<string, number>>
}

/** The bytes of a string of hexadecimal digits. */
export function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

/** The hexadecimal digits of bytes: compared as strings, which is quick and reads well in a failure. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** Room around a packet, so that a write outside it is seen. */
const MARGIN = 9
const FILL = 0xa5

/** What `write` made of `size` bytes in the middle of a larger buffer; throws if it touched anything else. */
export function inside(size: number, write: (bytes: Uint8Array, at: number) => void, before?: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(size + 2 * MARGIN).fill(FILL)
  if (before !== undefined) bytes.set(before, MARGIN)
  write(bytes, MARGIN)
  const around = [...bytes.subarray(0, MARGIN), ...bytes.subarray(MARGIN + size)]
  if (around.some(byte => byte !== FILL)) throw new Error(`bytes outside the ${size} given were written`)
  return bytes.slice(MARGIN, MARGIN + size)
}
