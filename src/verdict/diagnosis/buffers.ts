import { bufferCharge } from '../../base/buffer-charge.ts'
import { formatSize } from '../../base/size.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Rule } from './rule.ts'
import { roundSize } from './words.ts'

/** A buffer that takes more memory than this is no cure any more. */
const LARGEST_CURE = 256 * 2 ** 20

/** What so many drops are of a socket that takes up to `unit` datagrams as one message. */
function inTrains(drops: number, unit = 1): string {
  return unit === 1 ? `${drops} datagrams` : `${drops} trains of up to ${unit} datagrams`
}

/**
 * Bytes to ask of SO_RCVBUF so that so many more datagrams had found room, in the worst case all at once. The kernel gives twice what is
 * asked for (socket(7)) and counts the memory of a datagram, not its length.
 */
function bufferFor(drops: number, size: number, asked: number): number {
  return asked + Math.ceil((drops * bufferCharge(size)) / 2)
}

function largestSize({ plan }: RunFacts): number {
  return plan.sizes.reduce((most, size) => Math.max(most, size), 0)
}

export const clientBuffer: Rule = (facts, { tally, drops }) => {
  if (drops.client === undefined || drops.client === 0) return undefined
  const unit = Math.max(...facts.clients.map(client => client.longestTrain))
  const worst = Math.max(...facts.clients.map(({ dropsBefore = 0, dropsAfter = 0 }) => dropsAfter - dropsBefore))
  const { recvBuffer = 0 } = facts.sockets ?? {}
  const most = facts.host?.recvBufferMost
  const need = bufferFor(worst * unit, largestSize(facts), Math.min(recvBuffer, most ?? Infinity))
  return {
    code: 'clientBufferOverflow',
    message: `your own receive buffer dropped ${inTrains(drops.client, unit)}: this host was too slow to read them, the network is not to blame`,
    hint: need > LARGEST_CURE ? slower(need) : `${raiseHere(need, most)}, or send slower`,
    evidence: {
      drops: drops.client,
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
  return `send slower: a buffer for all of these would need ${formatSize(need)}`
}

export const serverBuffer: Rule = (facts, { tally, drops }) => {
  const count = tally.total.fates.lostServerBuffer
  if (count === 0) return undefined
  const unit = drops.serverUnit ?? 1
  const need = bufferFor((drops.server ?? count) * unit, largestSize(facts), 0)
  const flag = roundSize(need)
  return {
    code: 'serverBufferOverflow',
    message: `the server's receive buffer was full: its kernel dropped ${inTrains(drops.server ?? count, unit)} that had already crossed the network`,
    hint:
      need > LARGEST_CURE
        ? slower(need)
        : `give the server ${flag} more than it has: udptool serve --recv-buffer ${flag} or larger (and sysctl -w net.core.rmem_max as large on its host), or send in smaller bursts`,
    evidence: { drops: drops.server ?? count, booked: count, missing: need },
  }
}

export const bufferShared: Rule = (_, { tally, drops }) => {
  if (!drops.shared || drops.server === undefined || tally.total.fates.lostForward === 0) return undefined
  return {
    code: 'bufferDropsShared',
    message: `the server's socket dropped ${inTrains(drops.server, drops.serverUnit)} during the run, but it is not known whose they were: others used it too, copies came, or losses without a direction may be meant`,
    hint: 'repeat the run with no other traffic to that server',
    evidence: { drops: drops.server },
  }
}
