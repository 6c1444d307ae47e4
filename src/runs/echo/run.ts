import { present } from '../../base/present.ts'
import type { ResponderPlan } from '../../facts/responder-plan.ts'
import { chooseEngine } from '../engine-choice.ts'
import { startResponder, type ResponderRun } from '../responder-run.ts'
import type { IrttServePlan } from './irtt-plan.ts'
import type { EchoPlan } from './plan.ts'
import { pairServers } from './server-pair.ts'

/** A listening echo server. */
export interface EchoRun extends ResponderRun {
  readonly mode: EchoPlan['respond']['mode']
  /** The server for clients of irtt beside it, which stops with it. */
  readonly irtt?: IrttRun
}

/** A listening server for clients of irtt. */
interface IrttRun extends Pick<ResponderRun, 'address' | 'engine' | 'facts'> {
  readonly auth: 'no' | 'hmac'
}

/**
 * Starts a server. If the one for clients of irtt cannot start, the echo server closes again.
 * @param worker in a worker thread, so that it does not share the event loop of the client that measures it
 * @param extras added to the plans of both
 */
export async function startEcho(
  { irtt, ...plan }: EchoPlan,
  worker: boolean,
  extras: Pick<ResponderPlan, 'logs' | 'live'> = {},
): Promise<EchoRun> {
  const { mode, maxDatagrams, maxIdle, ...respond } = plan.respond
  if (irtt === undefined)
    return { ...(await startResponder({ ...plan, respond: { ...plan.respond, ...extras } }, worker)), mode }
  const echo = await startResponder({ ...plan, respond: { ...respond, ...extras, mode } }, worker)
  try {
    const second = await startResponder(withDscp({ ...irtt, respond: { ...irtt.respond, ...extras } }), worker)
    const { address, engine, facts } = second
    const auth = irtt.respond.protocol.isAuthenticated ? 'hmac' : 'no'
    return {
      ...echo,
      ...pairServers([echo, second], present({ maxDatagrams, maxIdle })),
      mode,
      irtt: { address, engine, facts, auth },
    }
  } catch (error) {
    echo.stop()
    await echo.done
    throw error
  }
}

/** Grants a DSCP if the engine can set it. */
function withDscp(plan: IrttServePlan): IrttServePlan {
  const { respond } = plan
  const allowsDscp = chooseEngine(plan.engine).can.tos
  return { ...plan, respond: { ...respond, protocol: { ...respond.protocol, allowsDscp } } }
}

/** Calls `use` with a server in a worker thread. Rejects as `startEcho` or `use` does. */
export async function withEcho<T>(plan: EchoPlan, use: (server: EchoRun) => Promise<T>): Promise<T> {
  const server = await startEcho(plan, true)
  try {
    return await use(server)
  } finally {
    server.stop()
    await server.done
  }
}
