import { greatest } from '../../base/extremes.ts'
import { bufferCharge } from '../../base/buffer-charge.ts'
import { formatSize } from '../../base/size.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Rule } from './rule.ts'
import { probes, roundSize } from './words.ts'

/** Above this size a larger buffer is no longer a reasonable remedy. */
const LARGEST_BUFFER = 256 * 2 ** 20

/** With GRO one drop is one train of up to `unit` datagrams. */
function inTrains(drops: number, unit = 1): string {
  return unit === 1 ? `${drops} datagrams` : `${drops} trains of up to ${unit} datagrams`
}

/**
 * The SO_RCVBUF that would have held the dropped datagrams too, in the worst case all at the same time. The kernel doubles the requested
 * size (socket(7)) and charges the memory of a datagram, not its length.
 */
function bufferFor(drops: number, size: number, asked: number): number {
  return asked + Math.ceil((drops * bufferCharge(size)) / 2)
}

function largestSize({ plan }: RunFacts): number {
  return plan.sizes.reduce((most, size) => Math.max(most, size), 0)
}

export const clientBuffer: Rule = (facts, { tally, drops }) => {
  const full = drops.clientBuffers ?? drops.client ?? 0
  if (full === 0) return undefined
  const unit = greatest(facts.clients.map(client => client.longestTrain))
  const grown = facts.clients.map(({ dropsBefore = 0, dropsAfter = 0 }) => dropsAfter - dropsBefore)
  const worst = Math.min(full, greatest(grown))
  const { recvBuffer = 0 } = facts.sockets ?? {}
  const most = facts.host?.recvBufferMost
  const need = bufferFor(worst * unit, largestSize(facts), Math.min(recvBuffer, most ?? Infinity))
  return {
    code: 'clientBufferOverflow',
    message: `your own receive buffer dropped ${inTrains(full, unit)}: this host did not read them fast enough`,
    hint: need > LARGEST_BUFFER ? slower(need) : `${raiseHere(need, most)}, or send slower`,
    evidence: {
      drops: full,
      booked: tally.total.fates.lostClientBuffer,
      clients: facts.clients.length,
      recvBuffer: need,
    },
  }
}

function raiseHere(need: number, most: number | undefined): string {
  const flag = `--recv-buffer ${roundSize(need)}`
  const bytes = 2 ** Math.ceil(Math.log2(need))
  return most === undefined || bytes <= most
    ? `raise it: ${flag}`
    : `raise it: sysctl -w net.core.rmem_max=${bytes} (now ${most}), then ${flag}`
}

function slower(need: number): string {
  return `send slower: a buffer for all of them would need ${formatSize(need)}`
}

export const serverBuffer: Rule = (facts, { tally, drops }) => {
  const count = tally.total.fates.lostServerBuffer
  if (count === 0) return undefined
  const unit = drops.serverUnit ?? 1
  const need = bufferFor((drops.server ?? count) * unit, largestSize(facts), 0)
  const flag = roundSize(need)
  return {
    code: 'serverBufferOverflow',
    message: `the server's receive buffer was full: its kernel dropped ${drops.shared ? `at least ${probes(count)}` : inTrains(drops.server ?? count, unit)} that had already crossed the network`,
    hint:
      need > LARGEST_BUFFER
        ? slower(need)
        : `raise the server's buffer by ${flag}: udptool serve --recv-buffer ${flag} or larger (and sysctl -w net.core.rmem_max to the same value on its host), or send in smaller bursts`,
    evidence: { drops: drops.server ?? count, booked: count, missing: need },
  }
}

export const bufferShared: Rule = (_, { tally, drops }) => {
  if (!drops.shared || drops.server === undefined) return undefined
  const { lostForward, lostServerBuffer: booked } = tally.total.fates
  const proved = booked === 0 ? 'none' : `only ${booked}`
  return {
    code: 'bufferDropsShared',
    message: `the server's receive buffer dropped ${inTrains(drops.server, drops.serverUnit)} during the run, and ${proved} of them ${booked === 1 ? 'is' : 'are'} proved to be ${booked === 1 ? 'a probe' : 'probes'} of this run: the others may be copies, datagrams of other senders or probes without a direction. Some of the ${probes(lostForward)} counted as lost before the server may have been dropped there`,
    hint: 'repeat the run with no other traffic to that server',
    evidence: { drops: drops.server, booked, lostForward },
  }
}
