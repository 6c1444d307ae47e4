import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addFlags } from '../../../src/cli/flags.ts'
import { ECHO_FLAGS } from '../../../src/runs/echo/flags.ts'
import type { EchoOptions } from '../../../src/runs/echo/options.ts'
import { longFlag, optionName, type Flag } from '../../../src/options/flag.ts'
import { PROBE_FLAGS, SOCKET_FLAGS } from '../../../src/runs/send/flags.ts'
import type { SendOptions } from '../../../src/runs/send/options.ts'
import { PUT_FLAGS } from '../../../src/runs/tcp-put/flags.ts'
import type { PutOptions } from '../../../src/runs/tcp-put/options.ts'
import { REMOTE_COMMAND_FLAGS } from '../../../src/runs/tcp-run/flags.ts'
import type { RemoteCommandOptions } from '../../../src/runs/tcp-run/options.ts'
import { TCP_SEND_FLAGS } from '../../../src/runs/tcp-send/flags.ts'
import type { TcpSendOptions } from '../../../src/runs/tcp-send/options.ts'
import { TCP_SERVE_FLAGS } from '../../../src/runs/tcp-serve/flags.ts'
import type { TcpServeOptions } from '../../../src/runs/tcp-serve/options.ts'

/** Every option, so that the compiler finds one that is missing or too many. */
const ECHO: Readonly<Record<keyof EchoOptions, true>> = {
  host: true,
  port: true,
  mode: true,
  reply: true,
  recvSize: true,
  delay: true,
  engine: true,
  workers: true,
  recvBuffer: true,
  public: true,
  maxRate: true,
  maxRatePerSource: true,
  maxPeers: true,
  allow: true,
  deny: true,
  duration: true,
  maxIdle: true,
  maxDatagrams: true,
}

const SEND: Readonly<Record<Exclude<keyof SendOptions, 'family'>, true>> = {
  to: true,
  size: true,
  count: true,
  interval: true,
  rate: true,
  duration: true,
  burst: true,
  window: true,
  clients: true,
  payload: true,
  timeout: true,
  linger: true,
  bind: true,
  df: true,
  tos: true,
  dscp: true,
  ttl: true,
  recvBuffer: true,
  engine: true,
  seed: true,
  receipts: true,
  waitFor: true,
  summary: true,
  flood: true,
  self: true,
  expect: true,
  baseline: true,
  tolerance: true,
  lossTolerance: true,
}

const TCP_SERVE: Readonly<Record<keyof TcpServeOptions, true>> = {
  host: true,
  port: true,
  mode: true,
  inbox: true,
  maxSize: true,
  replace: true,
  commands: true,
  maxTime: true,
  maxOutput: true,
  maxInbox: true,
  maxFiles: true,
  maxConnectionsPerSource: true,
  headerTime: true,
  minRate: true,
  maxAge: true,
  public: true,
  maxConnections: true,
  idle: true,
  allow: true,
  deny: true,
  duration: true,
}
const TCP_SEND: Readonly<Record<Exclude<keyof TcpSendOptions, 'family'>, true>> = { to: true, timeout: true }
/** The file and the name of the command are arguments. */
const PUT: Readonly<Record<Exclude<keyof PutOptions, 'family' | 'file'>, true>> = {
  to: true,
  name: true,
  timeout: true,
}
const RUN: Readonly<Record<Exclude<keyof RemoteCommandOptions, 'family' | 'name'>, true>> = { to: true, timeout: true }

function namesOf(flags: readonly Flag[]): string[] {
  const command = new Command()
  addFlags(command, flags)
  return command.options.map(option => option.attributeName())
}

describe('every option has a flag, and every flag an option', () => {
  test('serve', () => {
    // How the command ends and what it writes is no business of the library.
    const own = ['exitWithParent', 'portFile', 'statsInterval']
    expect(namesOf(ECHO_FLAGS).toSorted()).toEqual([...Object.keys(ECHO), ...own].toSorted())
  })

  test('send', () => {
    expect(namesOf([...PROBE_FLAGS, ...SOCKET_FLAGS]).toSorted()).toEqual(
      [...Object.keys(SEND), 'ipv4', 'ipv6'].toSorted(),
    )
  })

  test('tcp serve', () => {
    const own = ['exitWithParent', 'portFile', 'statsInterval']
    expect(namesOf(TCP_SERVE_FLAGS).toSorted()).toEqual([...Object.keys(TCP_SERVE), ...own].toSorted())
  })

  test('the other commands of tcp', () => {
    const own = ['ipv4', 'ipv6']
    // Where the messages come from is no business of the library.
    const sources = ['interactive', 'stdin']
    expect(namesOf(TCP_SEND_FLAGS).toSorted()).toEqual([...Object.keys(TCP_SEND), ...own, ...sources].toSorted())
    expect(namesOf(PUT_FLAGS).toSorted()).toEqual([...Object.keys(PUT), ...own].toSorted())
    expect(namesOf(REMOTE_COMMAND_FLAGS).toSorted()).toEqual([...Object.keys(RUN), ...own].toSorted())
  })
})

test('the long flag of an option leads back to its name', () => {
  expect(longFlag('recvSize')).toBe('--recv-size')
  for (const flag of [...ECHO_FLAGS, ...TCP_SERVE_FLAGS]) {
    if (!flag.form.includes('--no-'))
      expect(optionName({ ...flag, form: longFlag(optionName(flag)) })).toBe(optionName(flag))
  }
})

describe.each([
  ['serve', ECHO_FLAGS],
  ['send', [...PROBE_FLAGS, ...SOCKET_FLAGS]],
  ['tcp serve', TCP_SERVE_FLAGS],
  ['tcp send', TCP_SEND_FLAGS],
  ['tcp put', PUT_FLAGS],
  ['tcp run', REMOTE_COMMAND_FLAGS],
])('the flags of %s', (_, flags) => {
  test('are named once', () => {
    const names = namesOf(flags)
    expect(new Set(names).size).toBe(names.length)
  })

  test('say what they do in half a line, without a full stop', () => {
    for (const { about } of flags) expect(about).toMatch(/^\S.{3,100}[^.]$/)
  })

  test('that may be repeated say so', () => {
    for (const { about, repeatable } of flags) expect(about.includes('(repeatable)')).toBe(repeatable === true)
  })
})
