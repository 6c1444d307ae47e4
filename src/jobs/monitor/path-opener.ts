import { formatPortRange } from '../../base/port-range.ts'
import type { FreePortsPlan } from '../../engine/free-ports.ts'
import { anyHost } from '../../engine/open-socket.ts'
import type { ProberSockets } from '../../engine/port.ts'
import type { ModulePlan } from './module.ts'
import { SourcePorts } from './source-ports.ts'

/** Finds consecutive free ports: the first of them, or undefined. */
export type FindPorts = (plan: FreePortsPlan) => Promise<number | undefined>

/** A path that is to be opened. */
export interface OpeningPath {
  readonly path: number
  /** Key of its target. */
  readonly owner: string
  readonly module: ModulePlan
  /** Its number within the target, from 0. */
  readonly flow: number
  readonly sockets: ProberSockets
  /** Called once, at once or later: opens the socket. */
  readonly start: (sockets: ProberSockets) => void
  /** Called later instead: why it has no port. */
  readonly fail: (message: string) => void
}

/**
 * Opens paths with their source ports. Several flows have consecutive ports, the same ones whatever the address of the target becomes: those of
 * the module, or free ones. A single flow without ports in its module has any port, another one for each path.
 */
export class PathOpener {
  readonly #findPorts: FindPorts
  readonly #ports = new SourcePorts()
  /** Searches for free ports, one after the other, so that none finds what another one has found. */
  #search: Promise<unknown> = Promise.resolve()
  readonly #searches = new Map<string, Promise<number | undefined>>()
  /** Paths that wait for a search. */
  readonly #pending = new Set<number>()
  #isClosed = false

  constructor(findPorts: FindPorts) {
    this.#findPorts = findPorts
  }

  open(opening: OpeningPath): void {
    const { path, owner, module, sockets, start, fail } = opening
    const { flows, sourcePorts } = module
    if (flows === 1 && sourcePorts === undefined) return start(sockets)
    const known = this.#ports.known(owner, flows, sourcePorts)
    if (known !== undefined) return this.#take(opening, known)
    this.#pending.add(path)
    if (sourcePorts === undefined) return void this.#openFree(opening)
    const first = this.#ports.lowestFree(owner, flows, sourcePorts)
    if (first !== undefined) {
      this.#ports.reserve(owner, first, flows, sourcePorts)
      return this.#take(opening, first)
    }
    const left = `no ${flows === 1 ? 'source port' : `${flows} source ports`} of ${formatPortRange(sourcePorts)} left for it`
    void Promise.resolve().then(() => this.#pending.delete(path) && !this.#isClosed && fail(left))
  }

  /** Forgets a path that is not opened yet. */
  drop(path: number): void {
    this.#pending.delete(path)
    this.#ports.drop(path)
  }

  /** The socket of a path is closed. */
  released(path: number): void {
    this.#ports.released(path)
  }

  /** The target is no longer probed. */
  free(owner: string): void {
    this.#ports.free(owner)
  }

  /** Opens nothing more. */
  close(): void {
    this.#isClosed = true
  }

  async #openFree(opening: OpeningPath): Promise<void> {
    const { path, owner, sockets, start } = opening
    const search = this.#searches.get(owner) ?? this.#find(opening)
    this.#searches.set(owner, search)
    const first = await search
    this.#searches.delete(owner)
    if (!this.#pending.delete(path) || this.#isClosed) return
    if (first === undefined) start(sockets)
    else this.#take(opening, first)
  }

  async #find(opening: OpeningPath): Promise<number | undefined> {
    const search = this.#findAfter(this.#search, opening)
    this.#search = search.catch(() => {})
    return search
  }

  async #findAfter(
    before: Promise<unknown>,
    { owner, module: { flows }, sockets: { target, bind } }: OpeningPath,
  ): Promise<number | undefined> {
    await before
    const first = await this.#findPorts({
      count: flows,
      family: target.family,
      ...(bind === undefined ? {} : { host: bind.host }),
      isTaken: port => this.#ports.isTaken(port),
    })
    if (first !== undefined) this.#ports.reserve(owner, first, flows)
    return first
  }

  #take({ path, flow, sockets, start }: OpeningPath, first: number): void {
    this.#pending.delete(path)
    const port = first + flow
    const bind = { host: sockets.bind?.host ?? anyHost(sockets.target.family), port }
    this.#ports.take(port, path, () => {
      if (!this.#isClosed) start({ ...sockets, bind })
    })
  }
}
