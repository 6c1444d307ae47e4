import type { Rule } from './rule.ts'

/** What so many drops are of a socket that takes up to `unit` datagrams as one message. */
function inTrains(drops: number, unit = 1): string {
  return unit === 1 ? `${drops} datagrams` : `${drops} trains of up to ${unit} datagrams`
}

export const clientBuffer: Rule = (facts, { tally, drops }) => {
  if (drops.client === undefined || drops.client === 0) return undefined
  const unit = Math.max(...facts.clients.map(client => client.longestTrain))
  return {
    code: 'clientBufferOverflow',
    message: `your own receive buffer dropped ${inTrains(drops.client, unit)}: this host was too slow to read them, the network is not to blame`,
    hint: 'raise --recv-buffer (and net.core.rmem_max, where it caps it: sysctl -w net.core.rmem_max=4194304), or send slower',
    evidence: { drops: drops.client, booked: tally.total.fates.lostClientBuffer, clients: facts.clients.length },
  }
}

export const serverBuffer: Rule = (_, { tally, drops }) => {
  const count = tally.total.fates.lostServerBuffer
  if (count === 0) return undefined
  return {
    code: 'serverBufferOverflow',
    message: `the server's receive buffer was full: its kernel dropped ${inTrains(drops.server ?? count, drops.serverUnit)} that had already crossed the network`,
    hint: 'start the server with a larger --recv-buffer (and net.core.rmem_max on its host), or send in smaller bursts',
    evidence: { drops: drops.server ?? count, booked: count },
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
