import type { Address } from '../../../../src/base/address.ts'
import { MILLISECOND, SECOND, type Nanos } from '../../../../src/base/nanos.ts'
import type { QueryFacts } from '../../../../src/facts/query.ts'
import { later } from '../../../../src/facts/real-time.ts'
import { QueryMachine, type QueryMachinePlan } from '../../../../src/machines/query/query-machine.ts'
import type { Addresses } from '../../../../src/machines/query/question.ts'
import type { RequestWindow } from '../../../../src/machines/query/request-window.ts'
import type { Reading, Service } from '../../../../src/wire/services/service.ts'

export const TIMEOUT: Nanos = SECOND
export const SERVER: Address = { address: '127.0.0.1', port: 53, family: 'udp4' }
export const SECOND_SERVER: Address = { address: '127.0.0.2', port: 53, family: 'udp4' }
export const STRANGER: Address = { address: '127.0.0.9', port: 53, family: 'udp4' }
/** With --bind, all requests leave from here. */
const FIXED_PORT = 5000

/**
 * A protocol of texts. Request n is `?n`; `=n` and everything that begins with it answers it, `~n` answers it with a doubt, and `=` and
 * `~` with another number answer another request.
 */
export function textService(named = true): Service {
  let requests = 0
  const ask = (): ReturnType<Service['request']> => {
    const id = String(requests)
    requests += 1
    return { bytes: textBytes(`?${id}`), read: datagram => readText(datagram, named ? id : undefined, service) }
  }
  const service: Service = { name: 'message', named, request: ask }
  return service
}

function readText(datagram: Uint8Array, id: string | undefined, service: Service): Reading {
  const [, kind, number] = /^([=~])(\d*)/u.exec(new TextDecoder().decode(datagram)) ?? []
  if (id === undefined) return { what: 'answer', answer: { service: 'message' } }
  if (kind === undefined) return { what: 'malformed', why: 'it is no text of the protocol' }
  if (number !== id) return { what: 'unmatched', why: 'its id is of another request' }
  if (kind === '=') return { what: 'answer', answer: { service: 'message' } }
  return { what: 'askAgain', because: 'caseNotKept', service }
}

export function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** What happens because of a request, ms after it. */
export type Event =
  | { readonly at: number; readonly text: string; readonly from?: Address }
  /** `isEarlier`: it was pending when the request was sent, so it is about one before. */
  | { readonly at: number; readonly icmp: string; readonly isEarlier?: boolean }
  /** The local kernel refuses the request. */
  | { readonly at: 0; readonly refusal: string }

export interface Asked {
  readonly question: number
  readonly attempt: number
  readonly target: Address
  /** The number of the request in the run. */
  readonly number: number
}

export interface Simulated {
  readonly facts: QueryFacts
  /** When the run ended, ms. */
  readonly ended: number
  /** When each request was sent, ms. */
  readonly sentAt: readonly number[]
  /** Datagrams that found an open port. */
  readonly delivered: number
  /** How often each request was closed. */
  readonly closed: readonly number[]
  /** The largest number of requests that were open at once. */
  readonly mostOpen: number
  /** When the name was resolved again, ms. */
  readonly resolvedAt: readonly number[]
}

export interface Simulation extends Partial<Omit<QueryMachinePlan, 'close'>> {
  readonly addresses?: Addresses
  /** Datagrams from other addresses cannot be observed. */
  readonly isBlind?: boolean
  /** Ctrl-C, ms. */
  readonly stopAt?: number
  /** The addresses of the name at its n-th further lookup. */
  readonly resolve?: (lookup: number) => Addresses
}

interface Due {
  readonly at: Nanos
  readonly number: number
  readonly event: Event
}

/** Runs the machine in virtual time. `behave` is the network. */
export function simulate(simulation: Simulation, behave: (asked: Asked) => readonly Event[]): Simulated {
  const { addresses = [SERVER], stopAt = Infinity, isBlind = false, resolve = () => addresses, ...plan } = simulation
  const windows: RequestWindow[] = []
  const open = new Set<RequestWindow>()
  const closed: number[] = []
  const sentAt: number[] = []
  const resolvedAt: number[] = []
  let [mostOpen, delivered, now]: [number, number, Nanos] = [0, 0, 0]
  let due: readonly Due[] = []
  const machine = new QueryMachine(
    {
      service: textService(),
      timeout: TIMEOUT,
      count: 1,
      retries: 0,
      samples: 1,
      onePort: false,
      waitUntil: -Infinity,
      clockPrecision: () => 0,
      ...plan,
      close: window => {
        const number = windows.indexOf(window)
        closed[number] = (closed[number] ?? 0) + 1
        open.delete(window)
      },
    },
    addresses,
  )
  if (isBlind) machine.overlookForeign()
  const happen = ({ number, event }: Due): void => {
    const window = windows[number]
    if (window === undefined) return
    if ('refusal' in event) machine.refuse(window, event.refusal)
    else if (simulation.onePort !== true && !open.has(window)) return
    else if ('icmp' in event)
      machine.unreachable(window.port, window.facts.target, event.icmp, event.isEarlier === true ? window : undefined)
    else {
      delivered += 1
      machine.receive(window.port, event.from ?? window.facts.target, textBytes(event.text), now)
    }
  }
  for (let steps = 0; ; steps++) {
    if (steps > 100_000) throw new Error('the run does not end')
    if (now >= stopAt * MILLISECOND) machine.stop()
    const step = machine.step(now)
    if (step.what === 'end')
      return { facts: machine.facts, ended: now / MILLISECOND, sentAt, delivered, closed, mostOpen, resolvedAt }
    if (step.what === 'resolve') {
      machine.restart(resolve(resolvedAt.length))
      resolvedAt.push(now / MILLISECOND)
    } else if (step.what === 'ask') {
      const number = windows.length
      const { question, attempt, target, service } = step
      const { bytes, read } = service.request(() => new Uint8Array(0), { local: SERVER, target })
      const facts = {
        question,
        attempt,
        target,
        local: SERVER,
        size: bytes.length,
        sentAt: later({ seconds: 0, nanos: 0 }, now),
        fate: 'unfinished',
      } as const
      const port = simulation.onePort === true ? FIXED_PORT : FIXED_PORT + number
      const window = machine.sent({ port, peer: target, read, facts: { ...facts }, sentAt: now }, service)
      windows.push(window)
      open.add(window)
      mostOpen = Math.max(mostOpen, open.size)
      sentAt.push(now / MILLISECOND)
      const events = behave({ question, attempt, target, number })
      due = [...due, ...events.map(event => ({ at: now + event.at * MILLISECOND, number, event }))].toSorted(
        (one, other) => one.at - other.at,
      )
    } else {
      const [first] = due
      const next = Math.min(
        step.until,
        first?.at ?? Infinity,
        stopAt * MILLISECOND > now ? stopAt * MILLISECOND : Infinity,
      )
      now = Math.max(now, next)
      if (first !== undefined && first.at <= now) {
        due = due.slice(1)
        happen(first)
      }
    }
  }
}

/** The fates of the requests of a run, in order. */
export function fatesOf({ facts }: Simulated): readonly string[] {
  return facts.requests.map(({ fate }) => fate)
}
