/** A pseudo-random generator, determined by its seed. For simulated networks and payloads, never for secrets. */
export interface Random {
  /** The next number, from 0 up to but not including 1, in steps of 2^-53. */
  next(): number
  /** The next whole number from 0 up to but not including `n` (1 to 2^32), each equally likely. */
  integer(n: number): number
  /**
   * An independent generator from this seed and the label, whatever was drawn before: an extra draw in one direction does not change the other
   * direction. The labels 1 and '1' give different generators.
   */
  fork(label: string | number): Random
}

/**
 * The stream of a seed: the same numbers on every machine.
 *
 * ```ts
 * const random = seeded(42)
 * const up = random.fork('up')
 * if (up.next() < 0.05) drop()
 * ```
 */
export function seeded(seed: string | number): Random {
  return stream(mix([0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef], seed))
}

type Words = readonly [number, number, number, number]

/** Chris Doty-Humphrey's sfc32: 128 bits of state, the shortest cycle 2^32, passes PractRand. */
function stream(key: Words): Random {
  let [a, b, c, counter] = key
  const draw = (): number => {
    const word = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + word) | 0
    return word >>> 0
  }
  for (let n = 0; n < 12; n++) draw()
  return {
    next: () => ((draw() >>> 5) * 2 ** 26 + (draw() >>> 6)) / 2 ** 53,
    integer: n => {
      if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`integer(${n}): n is 1 to 2^32`)
      // An incomplete last round of n values would favor small numbers, so draw again.
      const end = 2 ** 32 - (2 ** 32 % n)
      for (;;) {
        const word = draw()
        if (word < end) return word % n
      }
    },
    fork: label => stream(mix(key, label)),
  }
}

/** Folds a label into 128 bits (the multiplications of MurmurHash3, one lane per word). */
function mix(key: Words, label: string | number): Words {
  let [a, b, c, d] = key
  for (const character of `${typeof label}:${label}`) {
    const code = character.codePointAt(0) ?? 0
    a = b ^ Math.imul(a ^ code, 597399067)
    b = c ^ Math.imul(b ^ code, 2869860233)
    c = d ^ Math.imul(c ^ code, 951274213)
    d = a ^ Math.imul(d ^ code, 2716044179)
  }
  a = Math.imul(c ^ (a >>> 18), 597399067)
  b = Math.imul(d ^ (b >>> 22), 2869860233)
  c = Math.imul(a ^ (c >>> 17), 951274213)
  d = Math.imul(b ^ (d >>> 19), 2716044179)
  return [a ^ b ^ c ^ d, b ^ a, c ^ a, d ^ a]
}
