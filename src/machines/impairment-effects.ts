import { SECOND, type Nanos } from '../base/nanos.ts'
import type { Impairment, ImpairmentRule } from '../facts/impairment-rule.ts'
import type { Random } from '../base/random.ts'

/** One copy of a datagram after some rules. */
export interface Copy {
  /** The datagram's own bytes if they are unchanged. */
  readonly bytes: Uint8Array
  /** Delay until the copy is sent on. */
  readonly delay: Nanos
  /** Impairments of this copy, in order. */
  readonly done: readonly Impairment[]
  /** The copy ends here; the last of `done` is the reason. */
  readonly lost: boolean
}

/** The copies that one rule makes of one arriving copy. An effect holds the rule's state: a count, a burst, a queue. */
export type Effect = (copy: Copy, now: Nanos) => readonly Copy[]

/** Every bit but 0x20. */
const FLIPPED_BITS = [0x01, 0x02, 0x04, 0x08, 0x10, 0x40, 0x80]

/** The effect of a rule, with its own random generator. */
export function effectOf(rule: ImpairmentRule, random: Random, headers: number, start: Nanos): Effect {
  switch (rule.rule) {
    case 'drop':
      return lose('dropped', () => random.next() < rule.ratio)
    case 'dropEvery':
      return lose('dropped', everyNth(rule.every))
    case 'dropBurst':
      return lose('dropped', inBurst(rule.length, rule.ratio, random))
    case 'dropGilbert':
      return lose('dropped', inBadState(rule.toBad, rule.toGood, random))
    case 'mtu':
      return lose('tooBig', copy => copy.bytes.length + headers > rule.size)
    case 'blackout':
      return lose('dropped', (copy, now) => isWithin(now + copy.delay - start, rule.start, rule.length))
    case 'rate':
      return queueForLink(rule.bitRate, rule.queue)
    case 'duplicate':
      return copy => (random.next() < rule.ratio ? [copy, { ...copy, done: [...copy.done, 'duplicated'] }] : [copy])
    case 'reorder':
      return copy => [random.next() < rule.ratio ? late(copy, rule.delay, 'reordered') : copy]
    case 'delay':
      return copy => [late(copy, rule.base + Math.round((2 * random.next() - 1) * rule.jitter), 'delayed')]
    case 'truncate':
      return copy => [random.next() < rule.ratio ? cut(copy, rule.length) : copy]
    default:
      // The remaining rule: corrupt.
      return copy => [random.next() < rule.ratio ? flipBit(copy, random) : copy]
  }
}

function lose(why: Impairment, isLost: (copy: Copy, now: Nanos) => boolean): Effect {
  return (copy, now) => [isLost(copy, now) ? { ...copy, done: [...copy.done, why], lost: true } : copy]
}

function everyNth(every: number): () => boolean {
  let seen = 0
  return () => {
    seen += 1
    return seen % every === 0
  }
}

function inBurst(length: number, ratio: number, random: Random): () => boolean {
  let left = 0
  return () => {
    // One draw per datagram, also inside a burst, so that later draws do not depend on earlier bursts.
    const begins = random.next() < ratio
    if (left === 0 && begins) left = length
    if (left === 0) return false
    left -= 1
    return true
  }
}

function inBadState(toBad: number, toGood: number, random: Random): () => boolean {
  let bad = false
  return () => {
    const draw = random.next()
    bad = bad ? draw >= toGood : draw < toBad
    return bad
  }
}

function isWithin(moment: Nanos, start: Nanos, length: Nanos): boolean {
  return moment >= start && moment < start + length
}

/** Datagrams use the link one after the other; each occupies it for its size divided by the rate. */
function queueForLink(bitRate: number, queue: Nanos): Effect {
  let freeAt = -Infinity
  return (copy, now) => {
    const ready = now + copy.delay
    const begins = Math.max(ready, freeAt)
    if (begins - ready > queue) return [{ ...copy, done: [...copy.done, 'queueDropped'], lost: true }]
    freeAt = begins + Math.ceil(((copy.bytes.length * 8) / bitRate) * SECOND)
    return [late(copy, freeAt - ready, 'delayed')]
  }
}

function late(copy: Copy, by: Nanos, why: Impairment): Copy {
  return by <= 0 ? copy : { ...copy, delay: copy.delay + by, done: [...copy.done, why] }
}

function cut(copy: Copy, length: number): Copy {
  if (copy.bytes.length <= length) return copy
  return { ...copy, bytes: copy.bytes.subarray(0, length), done: [...copy.done, 'truncated'] }
}

function flipBit(copy: Copy, random: Random): Copy {
  if (copy.bytes.length === 0) return copy
  // Not slice(): on a Node Buffer it shares the memory, so the other copies would change too.
  const bytes = new Uint8Array(copy.bytes)
  const at = random.integer(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (FLIPPED_BITS[random.integer(FLIPPED_BITS.length)] ?? 0)
  return { ...copy, bytes, done: [...copy.done, 'corrupted'] }
}
