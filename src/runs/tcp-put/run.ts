import { formatAddress, type StreamAddress } from '../../base/address.ts'
import { UdptoolError } from '../../base/error.ts'
import { connect } from '../../stream/connect.ts'
import type { Connection } from '../../stream/connection.ts'
import { readFrames } from '../../stream/frames.ts'
import { encodeFrameHeader, type FrameHeader } from '../../wire/framing.ts'
import { readAnswer, refusedBy } from '../frame-answer.ts'
import type { PutProgress, PutResult } from '../../verdict/upload.ts'
import type { PutPlan } from './plan.ts'
import { SourceFile } from './source-file.ts'

export interface PutHooks {
  /** Aborts the upload. The server keeps nothing of it. */
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: PutProgress) => void
}

/** Sends a file. Rejects with a UdptoolError: `refused` with the server's reason, `file`, `protocol`, or an error of `connect`. */
export async function runPut(plan: PutPlan, { signal, onProgress = () => {} }: PutHooks = {}): Promise<PutResult> {
  await using file = await SourceFile.open(plan.file)
  const { size } = file
  const sha256 = await file.digest(bytes => {
    signal?.throwIfAborted()
    onProgress({ phase: 'digest', bytes, size })
  })
  const connection = await connect(plan.connect, signal)
  const start = performance.now()
  try {
    connection.idleTimeout(plan.timeout)
    const header = { cmd: 'put', file_name: plan.fileName, file_size: size, sha256 }
    const answer = await exchange(connection, header, file, bytes => onProgress({ phase: 'send', bytes, size }))
    const fileName = answer === undefined ? plan.fileName : checked(answer, connection.peer, plan.fileName, sha256)
    const durationMs = performance.now() - start
    return { fileName, size, sha256, confirmed: answer !== undefined, target: connection.peer, durationMs }
  } finally {
    connection.destroy()
  }
}

/** Sends and receives at the same time, because a server may refuse before it has everything. */
async function exchange(
  connection: Connection,
  header: FrameHeader,
  file: SourceFile,
  onSent: (bytes: number) => void,
): Promise<FrameHeader | undefined> {
  let answered = false
  let isWhole = false
  const answer = readAnswer(readFrames(connection.chunks()), connection.peer).finally(() => (answered = true))
  const send = async (): Promise<void> => {
    await connection.send(encodeFrameHeader(header))
    let sent = 0
    for await (const piece of file.pieces()) {
      if (answered) return
      await connection.send(piece)
      onSent((sent += piece.length))
    }
    isWhole = true
    await connection.end()
  }
  const [sending, answering] = await Promise.allSettled([send(), answer])
  if (answering.status === 'fulfilled' && answering.value !== undefined) return answering.value.header
  if (sending.status === 'rejected') throw sending.reason
  if (answering.status === 'rejected') throw answering.reason
  if (isWhole) return undefined
  const at = formatAddress(connection.peer)
  throw new UdptoolError('protocol', `${at} ended the connection before it had the whole file`, {
    operation: 'put',
    address: at,
    hint: 'is it a server with --inbox?',
  })
}

/** The name that the server gave to the file. */
function checked(answer: FrameHeader, from: StreamAddress, asked: string, sha256: string): string {
  if (answer['status'] !== 'ok') throw refusedBy(from, 'the file', answer)
  const digest = answer['sha256']
  if (typeof digest === 'string' && digest.toLowerCase() !== sha256) {
    throw new UdptoolError(
      'protocol',
      `${formatAddress(from)} stored different content: its sha256 is ${digest.slice(0, 64)}`,
    )
  }
  const name = answer['file_name']
  return typeof name === 'string' ? name : asked
}
