import type { Deed } from '../../facts/passage-log.ts'
import type { Way } from '../../facts/relay.ts'

const LOSSES: readonly string[] = ['dropped', 'queueDropped', 'refused', 'abandoned']

/** Copies that were made on this way, and datagrams and copies that ended on it. */
export function countWay(deeds: readonly Deed[], way: Way): { readonly made: number; readonly lost: number } {
  const acts = deeds.filter(deed => deed.startsWith(`${way}:`)).map(deed => deed.slice(way.length + 1))
  return {
    made: acts.filter(act => act === 'duplicated').length,
    lost: acts.filter(act => LOSSES.includes(act)).length,
  }
}

/** Whether a deed changed the bytes. */
export function isDamage(deed: Deed): boolean {
  return deed.endsWith(':truncated') || deed.endsWith(':corrupted')
}
