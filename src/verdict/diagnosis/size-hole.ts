import { sizeSearch } from './commands.ts'
import { direction } from './direction.ts'
import type { Rule } from './rule.ts'
import { isAlive, isDead, namedSizes, NO_CHANCE, probesOf, viewSizes } from './sizes.ts'
import { probes } from './words.ts'

/**
 * Sizes are lost while both smaller and larger ones pass. An MTU does this only as a black hole: packets that leave this host unfragmented are
 * lost, while larger datagrams leave in fragments and pass. That has its own warning.
 */
export const sizeHole: Rule = (facts, { tally }, target) => {
  const { records } = viewSizes(facts, tally, target)
  const alive = records.filter(isAlive)
  const [first, last] = [alive[0], alive.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const largestWhole = alive.findLast(({ packets }) => packets === 1)?.size ?? 0
  const hole = records.filter(
    one => isDead(one) && one.size > first.size && one.size < last.size && (one.packets > 1 || one.size < largestWhole),
  )
  if (probesOf(hole) < NO_CHANCE) return undefined
  const below = alive.filter(({ size }) => size < (hole[0]?.size ?? 0)).at(-1) ?? first
  const above = alive.find(({ size }) => size > (hole.at(-1)?.size ?? 0)) ?? last
  return {
    code: 'sizeHole',
    message: `all ${probes(probesOf(hole))} of ${namedSizes(hole)} bytes are lost${direction(hole, tally)}, while ${below.size} and ${above.size} bytes pass: a hole, which no MTU explains`,
    hint: `look for an overlay network or a filter on the path that loses very short last fragments or miscalculates its own headers; ${sizeSearch(facts.plan, target, 'finds both limits')}`,
    evidence: {
      from: hole[0]?.size ?? 0,
      to: hole.at(-1)?.size ?? 0,
      passingBelow: below.size,
      passingAbove: above.size,
      lost: probesOf(hole),
    },
  }
}
