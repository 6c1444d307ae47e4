import { expect } from 'vitest'
import { compileDatagrams } from '../../../../../scripts/wasm.mjs'
import { Datagrams, RESERVED } from '../../../../../src/engine/kernel/wasm/datagrams.ts'
import { plainCodec, type Codec } from '../../../../../src/machines/codec.ts'
import { toHex } from '../../../wire/golden.ts'

const PAGE = 65_536
const PAGES = 6
/** Filler around the bytes of a test. */
const FILL = 0x61
const AROUND = 64

const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true })
/** The compiled byte work with its own memory. */
export const work = new Datagrams(memory, await compileDatagrams())
export const plain: Codec = plainCodec()

/** The part of the arena for an engine. */
export const arena = new Uint8Array(memory.buffer, RESERVED, PAGES * PAGE - RESERVED)

/**
 * Does the same work on the same bytes in WebAssembly and in JavaScript. Both must return the same result and leave the same bytes, and no
 * bytes around them may change. `bytes` are at `alignment` in the arena, passed as a view of exactly these.
 */
export function sameOn<T>(bytes: Uint8Array, alignment: number, act: (work: Codec, bytes: Uint8Array) => T): T {
  const at = AROUND + alignment
  const area = arena.subarray(0, at + bytes.length + AROUND)
  area.fill(FILL)
  area.set(bytes, at)
  const result = act(work, area.subarray(at, at + bytes.length))
  const expected = new Uint8Array(area.length).fill(FILL)
  expected.set(bytes, at)
  const known = act(plain, expected.subarray(at, at + bytes.length))
  expect(result).toEqual(known)
  if (Buffer.compare(area, expected) !== 0) expect(toHex(area)).toBe(toHex(expected))
  return result
}
