import { counted } from '../../base/counted.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { openAtFirst, resolveHost } from '../../engine/resolve.ts'
import type { Connection } from '../../stream/connection.ts'
import { listen, type ConnectionHandler, type Listener, type RejectReason } from '../../stream/listener.ts'
import { createTcpFacts, type TcpEvent, type TcpFacts } from './facts.ts'
import { refusalFrame, FrameSession, type RequestContext } from './frame-session.ts'
import type { Removed } from './stale-partials.ts'
import { Inbox } from './inbox.ts'
import type { Service, TcpServePlan } from './plan.ts'
import { SpoolRoom } from './spool.ts'
import { answerStream } from './stream-answer.ts'
import { Semaphore } from './semaphore.ts'

/** A listening TCP server. */
export interface TcpServeRun extends Listener {
  readonly service: Service
  /** Live counters. */
  readonly facts: TcpFacts
  /** Partial files of killed servers that were removed from the inbox. */
  readonly removed: Removed
}

/** Starts a TCP server; `emit` receives each event. Rejects as `listen` does, or with `resolve`. */
export async function startTcpServe(
  plan: TcpServePlan,
  emit: (event: TcpEvent) => void = () => {},
): Promise<TcpServeRun> {
  const facts = createTcpFacts()
  const { service } = plan
  const inbox = service.kind === 'frames' && service.inbox !== undefined ? new Inbox(service.inbox) : undefined
  const serveConnection = conversation(plan, facts, emit, inbox)
  const host: ConnectionHandler = {
    admits: ({ address }) => isAllowed(plan, address),
    reject: (peer, kind) => {
      facts.refused[kind] += 1
      const reason = REJECTIONS[kind](plan)
      emit({ event: 'turnedAway', kind, reason, peer })
      // A denied client gets no information about this server.
      return service.kind === 'stream' || kind === 'denied' ? undefined : refusalFrame(reason)
    },
    serve: async (connection, stopping) => {
      const { peer } = connection
      facts.connections += 1
      facts.connectionsNow += 1
      emit({ event: 'opened', peer })
      connection.demandWrites(plan.minRate)
      const ending = endingOf(connection, plan, stopping)
      try {
        await serveConnection(connection, ending.signal)
      } catch {
        const { eviction } = connection
        if (eviction !== undefined) {
          facts.refused[eviction.kind] += 1
          emit({ event: 'refused', ...eviction, peer })
        } else if (!ending.signal.aborted) facts.broken += 1
      } finally {
        ending.close()
        const { bytesReceived, bytesSent } = connection
        facts.connectionsNow -= 1
        facts.bytesReceived += bytesReceived
        facts.bytesSent += bytesSent
        emit({ event: 'closed', bytesReceived, bytesSent, peer })
      }
    },
  }
  const removed = (await inbox?.clean()) ?? { files: 0, bytes: 0 }
  const listener = await openAtFirst(await resolveHost(plan.host), ({ address, family }) =>
    listen({ ...plan, host: address, family: family === 'udp4' ? 'tcp4' : 'tcp6' }, host),
  )
  const { duration } = plan
  const over = duration === undefined ? undefined : setTimeout(() => listener.stop(), duration / MILLISECOND)
  const ended = async (): Promise<void> => {
    await listener.done
    clearTimeout(over)
  }
  return { service, address: listener.address, facts, removed, stop: () => listener.stop(), done: ended() }
}

const REJECTIONS: Readonly<Record<RejectReason, (plan: TcpServePlan) => string>> = {
  source: ({ maxConnectionsPerSource: most }) =>
    `this source has ${counted(most, 'connection')} open, which is the limit: try again later`,
  crowded: ({ maxConnections: most }) =>
    `the server has ${counted(most, 'connection')} open, which is the limit: try again later`,
  denied: () => 'its address is not allowed',
}

type Conversation = (connection: Connection, stopping: AbortSignal) => Promise<void>

function conversation(
  { service, idle, headerTime, minRate }: TcpServePlan,
  facts: TcpFacts,
  emit: (event: TcpEvent) => void,
  inbox: Inbox | undefined,
): Conversation {
  if (service.kind === 'stream') return (connection, stopping) => answerStream(connection, service.mode, stopping)
  const { commands } = service
  const context: RequestContext = {
    idle,
    headerTime,
    minRate,
    facts,
    emit,
    ...(inbox === undefined ? {} : { inbox }),
    ...(commands === undefined
      ? {}
      : {
          commands: {
            ...commands,
            semaphore: new Semaphore(commands.atOnce),
            room: new SpoolRoom(commands.atOnce * commands.maxOutput),
          },
        }),
  }
  return (connection, stopping) => new FrameSession(connection, context).run(stopping)
}

/** Time for a plain stream that is too old to end, ms. */
const LAST_MS = 1000

/** Aborted when the listener stops or the connection is too old. */
function endingOf(
  connection: Connection,
  { maxAge, service }: TcpServePlan,
  stopping: AbortSignal,
): { readonly signal: AbortSignal; close(): void } {
  const ending = new AbortController()
  const end = (): void => ending.abort()
  if (stopping.aborted) end()
  stopping.addEventListener('abort', end)
  let last: NodeJS.Timeout | undefined
  const old = setTimeout(() => {
    end()
    // A running request has its own limits.
    if (service.kind === 'stream') last = setTimeout(() => connection.destroy(), LAST_MS)
  }, maxAge / MILLISECOND)
  const close = (): void => {
    clearTimeout(old)
    clearTimeout(last)
    stopping.removeEventListener('abort', end)
  }
  return { signal: ending.signal, close }
}

function isAllowed({ allow, deny }: TcpServePlan, address: string): boolean {
  if (deny.some(block => block.contains(address))) return false
  return allow.length === 0 || allow.some(block => block.contains(address))
}
