import type { PeerOrder } from '../../facts/server-activity.ts'
import type { ServerFacts } from '../../facts/server.ts'

/** Everything that `serve --live` shows at one moment. Plain data. Times are in ms since 1970. */
export interface ServerView {
  readonly now: number
  readonly startedAt: number
  /** Address and port. */
  readonly bound: string
  /** The words after `udptool` that started it. */
  readonly command: string
  readonly mode: string
  /** The server of another protocol beside it, on a port of its own. */
  readonly beside?: {
    readonly protocol: string
    readonly bound: string
    readonly received: number
    readonly replied: number
  }
  readonly engine: string
  readonly workers: number
  /** Counts up to `now`, or to `frozenAt`. */
  readonly facts: ServerFacts
  /** Datagrams received per second at the last moments, the oldest first. */
  readonly history: readonly number[]
  readonly order: PeerOrder
  /** The user has frozen the display. The server has not stopped. */
  readonly frozenAt?: number
  /** Age of the activity if it should have been renewed: the server's thread does not report. */
  readonly staleMs?: number
  /** The last lines of `-v`, the oldest first. */
  readonly log: readonly string[]
}
