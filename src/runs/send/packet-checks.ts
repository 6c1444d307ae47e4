import { randomInt } from 'node:crypto'
import { MILLISECOND, SECOND } from '../../base/nanos.ts'
import type { PacketCheck } from '../../facts/host.ts'
import type { ProbePlan } from '../../facts/plan.ts'
import type { RunFacts } from '../../facts/run.ts'
import type { Engine, ProberSockets } from '../../engine/port.ts'
import type { Tally } from '../../ledger/tally.ts'
import { packetToCheck } from '../../verdict/diagnosis/packet-check.ts'

/** Limit for the checks of one run: a path has few MTUs, each smaller than the one before. */
const MOST_CHECKS = 4
/** Packets per check, with a short pause between them, because one may be lost by chance. */
const PACKETS = 2
const APART = 50 * MILLISECOND

/**
 * If every fragmented datagram was lost, sends a few single packets of the largest size that the kernel believes the path to carry. A reply
 * shows which size passes. A router that cannot forward one reports its MTU, which it never does for a fragment. The kernel's MTU and the
 * checks go into the facts of the run. The packets are not probes of the run.
 */
export async function checkPackets(
  engine: Engine,
  facts: RunFacts,
  tally: Tally,
  sockets: ProberSockets,
  signal?: AbortSignal,
): Promise<void> {
  const checks: PacketCheck[] = []
  for (let number = 0; number < MOST_CHECKS; number++) {
    if (signal?.aborted === true) return
    const size = packetToCheck(facts, tally, sockets.target)
    if (size === undefined || facts.host === undefined) return
    checks.push({ size, answered: await isAnswered(engine, facts.plan, size, sockets) })
    const after = engine.pathMtu(sockets)
    const pathMtu = { ...facts.host.pathMtu, ...(after === undefined ? {} : { after }) }
    facts.host = {
      ...facts.host,
      ...(facts.host.pathMtu === undefined && after === undefined ? {} : { pathMtu }),
      packetChecks: checks,
    }
  }
}

async function isAnswered(engine: Engine, plan: ProbePlan, size: number, sockets: ProberSockets): Promise<boolean> {
  const { duration: _, window: __, bitRate: ___, ...rest } = plan
  const probe: ProbePlan = {
    ...rest,
    clients: 1,
    runs: [randomInt(2 ** 32)],
    sizes: [size],
    count: PACKETS,
    interval: APART,
    burst: 1,
    timeout: Math.min(plan.timeout, SECOND),
    linger: 0,
    receipts: false,
    strayCheck: false,
    summary: false,
  }
  const { bind, sourcePorts: _ports, ...open } = sockets
  const running = await engine.probe(probe, {
    ...open,
    ...(bind === undefined ? {} : { bind: { ...bind, port: 0 } }),
    ...(engine.can.df ? { df: 'do' } : {}),
  })
  await running.done
  return running.facts.clients.some(({ replies }) => replies > 0)
}
