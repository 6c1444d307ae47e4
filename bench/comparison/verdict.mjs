// Compares what a tool reported with the relay's record. Independent of the tool.
import { TRAFFIC, truthOf } from './case.mjs'

const PLANNED = (TRAFFIC.seconds * 1000) / TRAFFIC.intervalMs

/**
 * `wrong` if a number differs from the relay's, or the status is 0 although the tool stopped early or nothing arrived. `incomplete` if
 * there is no number for what the case asks. Else `right`. Returns the verdict and the reason.
 */
export function judge({ asks, fails }, { reported, stopped, outside = 0 }, record, status) {
  const truth = truthOf(record)
  const errors = Object.entries(reported).flatMap(([name, value]) => {
    if (name === 'lostInAll' || value === undefined || value === truth[name]) return []
    if (name === 'lost' && reported.lostInAll === truth.lost) return []
    return value < truth[name] && value + outside >= truth[name]
      ? []
      : [`${name} is ${truth[name]}, not ${readable(value)}`]
  })
  const early = `it stopped after ${Math.max(record.up.seen, record.down.seen)} of ${PLANNED}`
  if (stopped && status === 0) errors.push(`${early}, exit 0`)
  if (fails && status === 0) errors.push('exit 0, though nothing arrived')
  if (errors.length > 0) return { verdict: 'wrong', reason: errors.join('; ') }
  const open = asks.filter(name => !isReported(name, reported, truth))
  if (stopped) open.push(early)
  return open.length === 0 ? { verdict: 'right' } : { verdict: 'incomplete', reason: open.join('; ') }
}

/** A smaller number may be right for a part of the run, but is not an answer for the whole. */
function isReported(name, reported, truth) {
  return reported[name] === truth[name] || (name === 'lost' && reported.lostInAll === truth.lost)
}

/** Some numbers here have twenty digits. */
function readable(value) {
  return value < 1e6 ? value : value.toExponential(1)
}
