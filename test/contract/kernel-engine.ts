import { onTestFinished } from 'vitest'
import type { Address } from '../../src/base/address.ts'
import { MILLISECOND } from '../../src/base/nanos.ts'
import type { kernelEngine, kernelMissing } from '../../src/engine/kernel-engine.ts'
import type { Engine, ProberSockets, ResponderSockets, Running } from '../../src/engine/port.ts'
import type { ProbePlan } from '../../src/facts/plan.ts'
import type { ResponderPlan } from '../../src/facts/responder-plan.ts'
import type { RunFacts } from '../../src/facts/run.ts'
import type { ServerFacts } from '../../src/facts/server.ts'
import { REPLY_TIMEOUT } from './engine.ts'
import { probePlan, responderPlan } from '../unit/machines/plans.ts'

const RECV_BUFFER = 4 * 1024 * 1024

interface BuiltEngine {
  readonly kernelMissing: typeof kernelMissing
  readonly kernelEngine: typeof kernelEngine
}

/** The engine as built: its threads run compiled scripts. Undefined, with a message, if this machine has none; an error if CI is set. */
export async function builtKernelEngine(): Promise<Engine | undefined> {
  const path = new URL('../../dist/engine/kernel-engine.js', import.meta.url).href
  const built = (await import(path)) as BuiltEngine
  const missing = built.kernelMissing()
  if (missing === undefined) return built.kernelEngine()
  if (process.env['CI']) throw new Error(`no kernel engine: ${missing}, and CI is set`)
  console.warn(`skipped: no kernel engine: ${missing}`)
  return undefined
}

export interface Server extends Running<ServerFacts> {
  readonly target: Address
  /** Ends it, and returns its counts. */
  counted(): Promise<ServerFacts>
}

/** A server on loopback that ends with the test. */
export async function serveOn(
  engine: Engine,
  plan: Partial<ResponderPlan> = {},
  sockets: Partial<ResponderSockets> = {},
): Promise<Server> {
  const running = await engine.respond(responderPlan(plan), {
    host: '127.0.0.1',
    family: 'udp4',
    port: 0,
    recvBuffer: RECV_BUFFER,
    workers: 1,
    ...sockets,
  })
  const counted = async (): Promise<ServerFacts> => {
    running.stop()
    await running.done
    return running.facts
  }
  onTestFinished(async () => void (await counted()))
  const [target] = running.bound
  if (target === undefined) throw new Error('a server has an address')
  return { ...running, target, counted }
}

/** A complete run of probes. */
export async function probeOn(
  engine: Engine,
  target: Address,
  plan: Partial<ProbePlan> = {},
  sockets: Partial<ProberSockets> = {},
): Promise<RunFacts> {
  const { facts, done } = await engine.probe(
    probePlan({ interval: 2 * MILLISECOND, timeout: REPLY_TIMEOUT, ...plan }),
    {
      target,
      recvBuffer: RECV_BUFFER,
      ...sockets,
    },
  )
  await done
  return facts
}
