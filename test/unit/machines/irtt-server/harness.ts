import type { Address } from '../../../../src/base/address.ts'
import { MILLISECOND } from '../../../../src/base/nanos.ts'
import { seeded } from '../../../../src/base/random.ts'
import type { IrttServerPlan } from '../../../../src/facts/protocol.ts'
import type { ResponderPlan } from '../../../../src/facts/responder-plan.ts'
import { readIrttReport, writeIrttRequest, type IrttReport } from '../../../../src/wire/irtt/echo.ts'
import { irttFlags, type IrttToken } from '../../../../src/wire/irtt/envelope.ts'
import { irttLayout, type IrttLayout } from '../../../../src/wire/irtt/layout.ts'
import type { IrttParameters } from '../../../../src/wire/irtt/parameters.ts'
import { irttOpenRequest, readIrttOpenReply } from '../../../../src/wire/irtt/session.ts'
import { ASKED, macOf } from '../../wire/irtt/golden.ts'
import { ServerHarness } from '../server-harness.ts'

const PLAN: IrttServerPlan = {
  name: 'irtt',
  isAuthenticated: false,
  maxSessions: 100,
  maxDuration: Infinity,
  minInterval: 10 * MILLISECOND,
  maxLength: 65_507,
}

export interface OpenSession {
  readonly token: IrttToken
  readonly parameters: IrttParameters
  readonly layout: IrttLayout
  readonly flow: number
}

/** A server of irtt on a manual clock, and clients of it. */
export class IrttHarness {
  readonly server: ServerHarness
  readonly #keys: readonly string[]

  /** @param keys of the server; with some, its datagrams are authenticated */
  constructor(
    plan: Partial<IrttServerPlan> = {},
    peers: readonly Partial<Address>[] = [{}, {}],
    keys: readonly string[] = [],
    responder: Partial<ResponderPlan> = {},
  ) {
    const random = seeded(1)
    this.#keys = keys
    this.server = new ServerHarness(
      { mode: 'echo', ...responder, protocol: { ...PLAN, isAuthenticated: keys.length > 0, ...plan } },
      peers,
      {
        random: () => random.integer(2 ** 32),
        ...(keys.length === 0 ? {} : { macs: keys.flatMap(key => macOf(key) ?? []) }),
      },
    )
  }

  get dropped(): Readonly<Record<string, number>> {
    return Object.fromEntries(Object.entries(this.server.facts.dropped).filter(([, count]) => count > 0))
  }

  /** A datagram arrives; returns the answer. One to an open request is longer, so it is not made in its place. */
  receive(bytes: Uint8Array, flow = 0): Uint8Array | undefined {
    const isOpen = (irttFlags(bytes) & 1) === 1
    const answer = this.server.receive(bytes, flow)
    return isOpen ? this.server.send(1).sent[0]?.bytes : answer
  }

  /** Asks for a session of these parameters, and returns what the reply says. */
  open(asked: Partial<IrttParameters> = {}, flow = 0, key = this.#keys[0]): OpenSession {
    const reply = this.receive(irttOpenRequest({ ...ASKED, ...asked }, true, macOf(key ?? null)), flow)
    const read = reply === undefined ? undefined : readIrttOpenReply(reply, key !== undefined)
    if (read === undefined) throw new Error('no session')
    return { ...read, layout: irttLayout(read.parameters, key !== undefined), flow }
  }

  /** The reply to an echo request of the session; undefined: it was refused. */
  echo(session: OpenSession, sequence: number, key = this.#keys[0]): Uint8Array | undefined {
    return this.receive(echoRequest(session, sequence, key), session.flow)
  }

  /** What the reply to an echo request says. */
  report(session: OpenSession, sequence: number): IrttReport {
    const reply = this.echo(session, sequence)
    if (reply === undefined || (irttFlags(reply) & 2) === 0) throw new Error('no reply')
    return readIrttReport(reply, session.layout)
  }
}

export function echoRequest({ layout, token }: OpenSession, sequence: number, key?: string): Uint8Array {
  const bytes = new Uint8Array(layout.length)
  writeIrttRequest(bytes, layout, token, sequence, macOf(key ?? null))
  return bytes
}

export function windowText({ window }: IrttReport): string {
  return (BigInt(window?.high ?? 0) * 2n ** 32n + BigInt(window?.low ?? 0)).toString(16)
}
