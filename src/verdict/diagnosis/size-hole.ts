import { formatAddress } from '../../base/address.ts'
import { direction } from './direction.ts'
import { NO_CHANCE } from './fragments.ts'
import type { Rule } from './rule.ts'
import { isAlive, isDead, namedSizes, probesOf, viewSizes } from './sizes.ts'
import { probes } from './words.ts'

/** Sizes are lost between smaller and larger ones that get through: no MTU does that. */
export const sizeHole: Rule = (facts, { tally }, target) => {
  const { records } = viewSizes(facts, tally, target)
  const alive = records.filter(isAlive)
  const [first, last] = [alive[0], alive.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const hole = records.filter(one => isDead(one) && one.size > first.size && one.size < last.size)
  if (probesOf(hole) < NO_CHANCE) return undefined
  const below = alive.filter(({ size }) => size < (hole[0]?.size ?? 0)).at(-1) ?? first
  const above = alive.find(({ size }) => size > (hole.at(-1)?.size ?? 0)) ?? last
  return {
    code: 'sizeHole',
    message: `all ${probes(probesOf(hole))} of ${namedSizes(hole)} bytes are lost${direction(hole, tally)}, while ${below.size} and ${above.size} bytes pass: a hole, and no MTU makes one`,
    hint: `look for an overlay network or a filter on the way that loses very short last fragments, or reckons its own headers wrong; udptool sweep --to ${formatAddress(target)} shows both edges`,
    evidence: {
      from: hole[0]?.size ?? 0,
      to: hole.at(-1)?.size ?? 0,
      passingBelow: below.size,
      passingAbove: above.size,
      lost: probesOf(hole),
    },
  }
}
