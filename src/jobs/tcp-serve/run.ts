import type { StreamAddress } from '../../base/address.ts'
import { MILLISECOND } from '../../base/nanos.ts'
import { openAtFirst, resolveHost } from '../../engine/resolve.ts'
import type { Connection } from '../../stream/connection.ts'
import { listen, type Host } from '../../stream/listener.ts'
import { createTcpFacts, type TcpDeed, type TcpFacts } from './facts.ts'
import { FrameSession, type Desk } from './frame-session.ts'
import { Inbox } from './inbox.ts'
import type { Service, TcpServePlan } from './plan.ts'
import { answerStream } from './stream-answer.ts'
import { Turns } from './turns.ts'

/** A TCP server that is listening. */
export interface TcpServeRun {
  readonly service: Service
  readonly address: StreamAddress
  /** Live counters. */
  readonly facts: TcpFacts
  stop(): void
  /** Resolves when the last connection is closed and the last command has ended. */
  readonly done: Promise<void>
}

/** Starts a TCP server; `tell` hears of each upload, command and refusal. Rejects as `listen` does, or with `resolve`. */
export async function startTcpServe(
  plan: TcpServePlan,
  tell: (deed: TcpDeed) => void = () => {},
): Promise<TcpServeRun> {
  const facts = createTcpFacts()
  const { service } = plan
  const inbox = service.kind === 'frames' && service.inbox !== undefined ? new Inbox(service.inbox) : undefined
  const talk = conversation(plan, facts, tell, inbox)
  const host: Host = {
    crowded: () => void (facts.refused.crowded += 1),
    converse: async (connection, stopping) => {
      if (!mayTalk(plan, connection.peer.address)) {
        facts.refused.denied += 1
        return
      }
      facts.connections += 1
      facts.connectionsNow += 1
      try {
        await talk(connection, stopping)
      } catch {
        if (!stopping.aborted) facts.broken += 1
      } finally {
        facts.connectionsNow -= 1
        facts.bytesReceived += connection.bytesReceived
        facts.bytesSent += connection.bytesSent
      }
    },
  }
  const listener = await openAtFirst(await resolveHost(plan.host), ({ address, family }) =>
    listen({ ...plan, host: address, family: family === 'udp4' ? 'tcp4' : 'tcp6' }, host),
  )
  inbox?.open()
  const { duration } = plan
  const over = duration === undefined ? undefined : setTimeout(() => listener.stop(), duration / MILLISECOND)
  const ended = async (): Promise<void> => {
    await listener.done
    clearTimeout(over)
    inbox?.close()
  }
  return { service, address: listener.address, facts, stop: () => listener.stop(), done: ended() }
}

type Conversation = (connection: Connection, stopping: AbortSignal) => Promise<void>

function conversation(
  { service, idle }: TcpServePlan,
  facts: TcpFacts,
  tell: (deed: TcpDeed) => void,
  inbox: Inbox | undefined,
): Conversation {
  if (service.kind === 'stream') return (connection, stopping) => answerStream(connection, service.mode, stopping)
  const { commands } = service
  const desk: Desk = {
    idle,
    facts,
    tell,
    ...(inbox === undefined ? {} : { inbox }),
    ...(commands === undefined ? {} : { commands: { ...commands, turns: new Turns(commands.atOnce) } }),
  }
  return (connection, stopping) => new FrameSession(connection, desk).run(stopping)
}

function mayTalk({ allow, deny }: TcpServePlan, address: string): boolean {
  if (deny.some(block => block.contains(address))) return false
  return allow.length === 0 || allow.some(block => block.contains(address))
}
