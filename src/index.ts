/**
 * udptool as a library: an echo server, an impairing relay and a sender that keeps a ledger; searches of sizes, of the path MTU and of the highest rate;
 * comparisons of runs; a TCP server with its clients. The wire formats are in `udptool/wire`.
 *
 * ```ts
 * import { send, startEchoServer } from 'udptool'
 *
 * await using server = await startEchoServer({ port: 0 })
 * const result = await send({ to: server.target, count: 20, interval: '5ms', size: 4000 })
 * console.log(result.ledger.fates, result.rtt?.p99Ms)
 * ```
 *
 * @packageDocumentation
 */
export { UdptoolError, type ErrorCode, type ErrorDetails, type Excerpt } from './base/error.ts'
export type { Address, Family, StreamAddress, StreamFamily } from './base/address.ts'
export type { DropReason } from './facts/drop-reason.ts'
export type { ReceiveErrors } from './facts/receive-errors.ts'
export type { DatagramKind, LoggedPeer, ServerLog } from './facts/server-log.ts'
export type { ActivePeer, ActivityFigures, ServerActivity } from './facts/server-activity.ts'
export type { PeerFacts, ServerFacts, WithheldKind } from './facts/server.ts'
export { startEchoServer, type EchoServer, type EchoServerOptions } from './runs/echo/server.ts'
export type { EchoOptions } from './runs/echo/options.ts'
export { startStampServer, type StampServer, type StampServerOptions } from './runs/stamp-serve/server.ts'
export type { StampServeOptions } from './runs/stamp-serve/options.ts'
export { startRelay, type Relay } from './runs/relay/relay.ts'
export type { RelayOptions } from './runs/relay/options.ts'
export type { Impairment } from './facts/impairment-rule.ts'
export type { RelayAction, DirectedAction } from './facts/action-log.ts'
export type { RelayCounts } from './facts/relay.ts'
export type { RelayTruth, DirectionTruth } from './facts/relay-truth.ts'
export { send, startSend, type SendControl, type SendEvent, type SendRequest } from './runs/send/send.ts'
export type { SendOptions } from './runs/send/options.ts'
export { mtu, type MtuRequest } from './jobs/mtu/mtu.ts'
export type { MtuOptions } from './jobs/mtu/options.ts'
export {
  query,
  type CommonQueryOptions,
  type DnsQueryOptions,
  type MessageQueryOptions,
  type NtpQueryOptions,
  type QueryPresets,
  type SipQueryOptions,
} from './runs/query/query.ts'
export type { QueryDocument } from './verdict/query/query-document.ts'
export { sendStamp, type SendStampRequest } from './jobs/stamp-send/send-stamp.ts'
export type { StampSendOptions } from './jobs/stamp-send/options.ts'
export { sweep, type SweepRequest } from './jobs/sweep/sweep.ts'
export type { SweepOptions } from './jobs/sweep/options.ts'
export { rate, type RateRequest } from './jobs/rate/rate.ts'
export type { RateOptions } from './jobs/rate/options.ts'
export { analyze } from './runs/send/analyze.ts'
export { startTcpServer, type TcpServer, type TcpServerOptions } from './runs/tcp-serve/server.ts'
export type { TcpServeOptions } from './runs/tcp-serve/options.ts'
export type { TcpEvent, TcpFacts, TcpRefusal } from './runs/tcp-serve/facts.ts'
export { put, type PutRequest } from './runs/tcp-put/put.ts'
export type { PutOptions } from './runs/tcp-put/options.ts'
export type { PutHooks } from './runs/tcp-put/run.ts'
export type { PutProgress, PutResult } from './verdict/upload.ts'
export type { RemoteCommandOptions } from './runs/tcp-run/options.ts'
export type { RemoteCommandEnd } from './runs/tcp-run/run.ts'
export { runCommand, type CommandOutcome, type RunCommandRequest } from './runs/tcp-run/run-command.ts'
export type { TcpTargetOptions } from './runs/tcp-target.ts'
export type { Result } from './verdict/result.ts'
export { compareRuns } from './verdict/compare/compare-runs.ts'
export { TOLERANCE, type Diff, type Tolerance } from './verdict/compare/diff.ts'
export type { ComparedRun } from './verdict/compare/run-figures.ts'
export { FATES, type Fate } from './ledger/fate.ts'
export { renderTerminal } from './report/terminal/terminal.ts'
export type { View } from './report/text/view.ts'
