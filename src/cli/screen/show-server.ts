import { formatAddress } from '../../base/address.ts'
import { drawServer } from '../../report/screen/draw-server.ts'
import type { Key } from '../../report/screen/key.ts'
import type { ServerView } from '../../report/screen/server-view.ts'
import { PEER_ORDERS, type PeerOrder, type ServerActivity } from '../../facts/server-activity.ts'
import type { ResponderRun } from '../../runs/responder-run.ts'
import { formatLocalTime } from '../../runs/local-time.ts'
import type { ServerBeside } from '../../runs/server-lines.ts'
import type { Session } from '../subcommand.ts'
import { Screen } from './screen.ts'

/** The server measures its activity twice a second. */
const REDRAW_MS = 500
/** With a million peers it does so every four seconds. After this time it does not report, ms. */
const STALE_MS = 5000
/** More lines, or moments, fit on no screen. */
const LOG_LINES = 100
const MOMENTS = 120

export interface ServerScreenOptions {
  readonly command: string
  readonly mode: string
  readonly workers: number
  /** The server of another protocol beside it. */
  readonly beside?: (ServerBeside & Pick<ResponderRun, 'address'>) | undefined
  /** The lines of `-v` since it was called last. */
  readonly log?: () => string
}

/** Shows a server on the terminal. Returns the function that restores the terminal. Nothing else may write to it meanwhile. */
export function showServer(server: ResponderRun, session: Session, options: ServerScreenOptions): () => void {
  const screen = new Screen(session.view.color)
  const display = new ServerDisplay(server, options)
  const refresh = (): void => {
    display.update()
    if (!screen.isReady) return
    const { width, height } = screen
    screen.show(drawServer(display.view(), { width, height, localTime: formatLocalTime }))
  }
  const take = (key: Key): void => {
    if (key === 'interrupt' || key === 'q') session.signals.raise('SIGINT')
    else if (key === 'quit') session.signals.raise('SIGQUIT')
    else display.take(key)
  }
  screen.open({ onKeys: keys => (keys.forEach(take), refresh()), onChange: refresh, interval: REDRAW_MS })
  refresh()
  return () => screen.close('')
}

/** What is shown of a server, and what the user has chosen. */
class ServerDisplay {
  readonly #server: ResponderRun
  readonly #options: ServerScreenOptions
  readonly #startedAt = Date.now()
  readonly #log: string[] = []
  readonly #history: number[] = []
  #order: PeerOrder = 'received'
  #frozen: (Pick<ServerView, 'facts' | 'history' | 'beside'> & { readonly at: number }) | undefined
  #activity: ServerActivity | undefined
  #renewedAt = performance.now()

  constructor(server: ResponderRun, options: ServerScreenOptions) {
    this.#server = server
    this.#options = options
  }

  /** Reads what the server has reported. */
  update(): void {
    const { facts } = this.#server
    if (facts.activity !== this.#activity) {
      this.#activity = facts.activity
      this.#renewedAt = performance.now()
      const rate = facts.activity?.perSecond?.received
      if (rate !== undefined) this.#history.push(rate)
      this.#history.splice(0, Math.max(0, this.#history.length - MOMENTS))
    }
    if (this.#frozen !== undefined) return
    const text = this.#options.log?.() ?? ''
    this.#log.push(...text.split('\n').filter(line => line !== ''))
    this.#log.splice(0, Math.max(0, this.#log.length - LOG_LINES))
  }

  take(key: Key): void {
    if (key === 's')
      this.#order = PEER_ORDERS[(PEER_ORDERS.indexOf(this.#order) + 1) % PEER_ORDERS.length] ?? 'received'
    if (key !== 'p') return
    this.#frozen =
      this.#frozen === undefined
        ? { at: Date.now(), facts: structuredClone(this.#server.facts), history: [...this.#history], ...this.#beside() }
        : undefined
  }

  view(): ServerView {
    const { address, engine, facts } = this.#server
    const age = performance.now() - this.#renewedAt
    return {
      now: Date.now(),
      startedAt: this.#startedAt,
      bound: formatAddress(address),
      command: this.#options.command,
      mode: this.#options.mode,
      engine,
      workers: this.#options.workers,
      facts: this.#frozen?.facts ?? facts,
      history: this.#frozen?.history ?? this.#history,
      order: this.#order,
      ...(this.#frozen?.beside === undefined ? this.#beside() : { beside: this.#frozen.beside }),
      ...(this.#frozen === undefined ? {} : { frozenAt: this.#frozen.at }),
      ...(age < STALE_MS ? {} : { staleMs: age }),
      log: this.#log,
    }
  }

  #beside(): Pick<ServerView, 'beside'> {
    const { beside } = this.#options
    if (beside === undefined) return {}
    const { protocol, address, facts } = beside
    return { beside: { protocol, bound: formatAddress(address), received: facts.received, replied: facts.replied } }
  }
}
