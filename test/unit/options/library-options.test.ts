import { expect, test } from 'vitest'
import { checkOptions, type OptionKinds } from '../../../src/base/options.ts'
import type {
  EchoServerOptions,
  MtuRequest,
  PutRequest,
  RateRequest,
  RunCommandRequest,
  SendRequest,
  SendStampRequest,
  SweepRequest,
  TcpServerOptions,
} from '../../../src/index.ts'
import * as udptool from '../../../src/index.ts'
import { ECHO_SERVER_OPTIONS } from '../../../src/runs/echo/server.ts'
import { MTU_REQUEST } from '../../../src/jobs/mtu/mtu.ts'
import { RELAY_REQUEST } from '../../../src/runs/relay/relay.ts'
import type { LibraryOptions, OptionTable } from '../../../src/options/option.ts'
import { MTU_OPTIONS } from '../../../src/jobs/mtu/options.ts'
import { RATE_OPTIONS } from '../../../src/jobs/rate/options.ts'
import { RATE_REQUEST } from '../../../src/jobs/rate/rate.ts'
import { SWEEP_OPTIONS } from '../../../src/jobs/sweep/options.ts'
import { ECHO_OPTIONS } from '../../../src/runs/echo/options.ts'
import { RELAY_OPTIONS } from '../../../src/runs/relay/options.ts'
import { STAMP_SEND_OPTIONS } from '../../../src/jobs/stamp-send/options.ts'
import { SEND_STAMP_REQUEST } from '../../../src/jobs/stamp-send/send-stamp.ts'
import { SEND_OPTIONS } from '../../../src/runs/send/options.ts'
import { PUT_OPTIONS } from '../../../src/runs/tcp-put/options.ts'
import { REMOTE_COMMAND_OPTIONS } from '../../../src/runs/tcp-run/options.ts'
import { STAMP_SERVE_OPTIONS } from '../../../src/runs/stamp-serve/options.ts'
import { STAMP_SERVER_OPTIONS, type StampServerOptions } from '../../../src/runs/stamp-serve/server.ts'
import { TCP_SERVE_OPTIONS } from '../../../src/runs/tcp-serve/options.ts'
import { SEND_REQUEST } from '../../../src/runs/send/send.ts'
import { SWEEP_REQUEST } from '../../../src/jobs/sweep/sweep.ts'
import { PUT_REQUEST } from '../../../src/runs/tcp-put/put.ts'
import { RUN_COMMAND_REQUEST } from '../../../src/runs/tcp-run/run-command.ts'
import { TCP_SERVER_OPTIONS } from '../../../src/runs/tcp-serve/server.ts'
import { checkUdpTestOptions } from '../../../src/jobs/udp-test-options.ts'

/** The options of a function besides its table: the compiler rejects a list that is incomplete or too long. */
type Own<Request, Table extends OptionTable> = Readonly<
  Record<Exclude<keyof Required<Request>, keyof LibraryOptions<Table>>, true>
>

test.each<[string, OptionKinds, OptionTable, Readonly<Record<string, true>>]>([
  [
    'send',
    SEND_REQUEST,
    SEND_OPTIONS,
    { family: true, baseline: true, signal: true } satisfies Own<SendRequest, typeof SEND_OPTIONS>,
  ],
  [
    'sendStamp',
    SEND_STAMP_REQUEST,
    STAMP_SEND_OPTIONS,
    { family: true, baseline: true, signal: true } satisfies Own<SendStampRequest, typeof STAMP_SEND_OPTIONS>,
  ],
  [
    'sweep',
    SWEEP_REQUEST,
    SWEEP_OPTIONS,
    { family: true, signal: true } satisfies Own<SweepRequest, typeof SWEEP_OPTIONS>,
  ],
  [
    'mtu',
    MTU_REQUEST,
    MTU_OPTIONS,
    { to: true, family: true, signal: true } satisfies Own<MtuRequest, typeof MTU_OPTIONS>,
  ],
  [
    'rate',
    RATE_REQUEST,
    RATE_OPTIONS,
    { to: true, family: true, signal: true } satisfies Own<RateRequest, typeof RATE_OPTIONS>,
  ],
  [
    'startEchoServer',
    ECHO_SERVER_OPTIONS,
    ECHO_OPTIONS,
    { worker: true } satisfies Own<EchoServerOptions, typeof ECHO_OPTIONS>,
  ],
  [
    'startStampServer',
    STAMP_SERVER_OPTIONS,
    STAMP_SERVE_OPTIONS,
    { worker: true } satisfies Own<StampServerOptions, typeof STAMP_SERVE_OPTIONS>,
  ],
  ['startRelay', RELAY_REQUEST, RELAY_OPTIONS, {}],
  [
    'put',
    PUT_REQUEST,
    PUT_OPTIONS,
    { file: true, family: true, signal: true, onProgress: true } satisfies Own<PutRequest, typeof PUT_OPTIONS>,
  ],
  [
    'runCommand',
    RUN_COMMAND_REQUEST,
    REMOTE_COMMAND_OPTIONS,
    { name: true, family: true, signal: true, maxOutput: true } satisfies Own<
      RunCommandRequest,
      typeof REMOTE_COMMAND_OPTIONS
    >,
  ],
  [
    'startTcpServer',
    TCP_SERVER_OPTIONS,
    TCP_SERVE_OPTIONS,
    { commands: true, onEvent: true } satisfies Own<TcpServerOptions, typeof TCP_SERVE_OPTIONS>,
  ],
])('%s takes the options of its type, and no others', (_name, kinds, table, own) => {
  const shared = Object.keys(table).filter(name => table[name]?.absentFrom !== 'library')
  expect(Object.keys(kinds).toSorted()).toEqual([...shared, ...Object.keys(own)].toSorted())
})

/** A call by a program without types. */
const calls = udptool as unknown as Readonly<Record<string, (...given: readonly unknown[]) => Promise<unknown>>>

test.each([
  ['send', { cuont: 3 }, 'send has no option "cuont"', 'did you mean count?'],
  ['send', { to: 9000 }, 'send: to cannot be 9000: it is a text'],
  ['send', { receipts: 'no' }, 'send: receipts cannot be "no": it is true or false'],
  ['send', { count: true }, 'send: count cannot be true: it is a text or a number'],
  ['send', { count: null }, 'send: count cannot be null: it is a text or a number'],
  ['send', { family: '4' }, 'send: family cannot be "4": it is 4 or 6'],
  ['send', { expect: 5 }, 'send: expect cannot be 5: it is a text or a list of texts'],
  ['send', { size: [[1]] }, 'send: size cannot be a list: it is a size or a list of sizes'],
  ['send', { signal: 5 }, 'send: signal cannot be 5: it is an AbortSignal'],
  ['send', { baseline: { resutl: {} } }, 'send: baseline has no option "resutl"', 'did you mean result?'],
  ['send', '127.0.0.1:9000', 'send takes an object of options, not "127.0.0.1:9000"'],
  ['send', null, 'send takes an object of options, not null'],
  ['send', { protocol: 'irt' }, '--protocol cannot be "irt": it is irtt', 'did you mean irtt?'],
  ['sendStamp', { sid: 3 }, 'sendStamp has no option "sid"', 'did you mean ssid?'],
  ['sendStamp', { receipts: false }, 'sendStamp has no option "receipts"'],
  ['sendStamp', { auth: true }, '--auth needs a key'],
  ['sendStamp', { tlv: 3 }, 'sendStamp: tlv cannot be 3: it is a text or a list of texts'],
  ['sweep', { size: 3 }, 'sweep has no option "size"', 'did you mean sizes?'],
  ['mtu', { df: true }, 'mtu has no option "df"'],
  ['startEchoServer', { prot: 0 }, 'startEchoServer has no option "prot"', 'did you mean port?'],
  ['startEchoServer', { portFile: 'x' }, 'startEchoServer has no option "portFile"'],
  ['startEchoServer', { allow: 5 }, 'startEchoServer: allow cannot be 5: it is a text or a list of texts'],
  ['startRelay', { seeed: 1 }, 'startRelay has no option "seeed"', 'did you mean seed?'],
  ['startTcpServer', { inobx: '.' }, 'startTcpServer has no option "inobx"', 'did you mean inbox?'],
  ['startTcpServer', { onEvent: true }, 'startTcpServer: onEvent cannot be true: it is a function'],
  ['put', { file: 'x', naem: 'y' }, 'put has no option "naem"', 'did you mean name?'],
  ['put', {}, 'put needs the option file'],
  ['runCommand', { name: 'x', timeuot: '1s' }, 'runCommand has no option "timeuot"', 'did you mean timeout?'],
  ['runCommand', { name: 'x', maxOutput: '1k' }, 'runCommand: maxOutput cannot be "1k": it is a number'],
])('%s(%j)', async (name, given, message, hint?: string) => {
  const error = await calls[name]?.(given).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'usage', message, ...(hint === undefined ? {} : { hint }) })
})

test.each([
  ['compareRuns', [{ result: {} }, { result: {} }, { ration: 1, loss: 0 }], 'compareRuns has no option "ration"'],
  ['compareRuns', [{ result: {} }, { result: {} }, { ratio: 1 }], 'compareRuns needs the option loss'],
  ['compareRuns', [{}, { result: {} }, { ratio: 1, loss: 0 }], 'compareRuns needs the option result'],
  ['renderTerminal', [{}, { widht: 80, color: false }], 'renderTerminal has no option "widht"'],
])('%s', (name, given, message) => {
  expect(() => calls[name]?.(...given)).toThrow(message)
})

test('the fixtures', () => {
  expect(() => checkUdpTestOptions({ relay: { up: 'drop=1%', dwon: '' } })).toThrow(
    'udpTest: relay has no option "dwon"',
  )
  expect(() => checkUdpTestOptions({ server: { port: 1 } })).toThrow('udpTest: server has no option "port"')
  expect(() => checkUdpTestOptions({ server: { mode: 'echo' }, relay: { seed: 1 } })).not.toThrow()
})

test('an option that is undefined is absent, and an inherited property is not an option', () => {
  expect(() => checkOptions({ count: undefined }, SEND_REQUEST, 'send')).not.toThrow()
  expect(() => checkOptions({ constructor: 1 }, SEND_REQUEST, 'send')).toThrow('send has no option "constructor"')
})
