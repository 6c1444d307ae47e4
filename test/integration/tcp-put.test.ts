import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import type * as Source from '../../src/index.ts'
import { ROOT, start } from '../helpers/child.ts'
import { runTerminal } from '../helpers/peers.ts'
import {
  digests,
  runMalformedFrames,
  runUploads,
  sha256,
  startTcpPeer,
  startTcpServe,
  tcpSummary,
} from '../helpers/tcp.ts'
import { skipped, temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

const { put } = (await import(`${ROOT}dist/index.js`)) as typeof Source

function folders(): { folder: string; inbox: string } {
  const folder = temporaryFolder()
  const inbox = join(folder, 'inbox')
  mkdirSync(inbox)
  return { folder, inbox }
}

function fileOf(folder: string, name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes)
  return join(folder, name)
}

/** Waits until a folder has this number of files, hidden files included. */
async function untilFiles(folder: string, count: number): Promise<void> {
  for (let attempt = 0; attempt < 500 && readdirSync(folder).length !== count; attempt++) await sleep(20)
  expect(readdirSync(folder)).toHaveLength(count)
}

describe('twenty uploads at once', () => {
  test('by the Python client arrive byte for byte, also if it does not read the answer', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox, '--json'], HOSTED)
    const puts = Array.from({ length: 20 }, (_, n) => ({
      name: `file-${n}`,
      size: n === 0 ? 0 : n * 54_321,
      ...(n % 3 === 0 ? { sha256: 'right' } : {}),
      ...(n % 4 === 1 ? { noRead: true } : {}),
    }))
    const uploads = await runUploads(server.at, puts)
    await untilFiles(inbox, 20)
    for (const [n, { name, size, ...put }] of puts.entries()) {
      const { digest, answer } = uploads[n] ?? { digest: '' }
      if ('noRead' in put) expect(answer).toBeUndefined()
      else expect(answer).toEqual({ status: 'ok', file_name: name, size, sha256: digest })
    }
    expect(digests(inbox)).toEqual(Object.fromEntries(puts.map(({ name }, n) => [name, uploads[n]?.digest])))
    const bytes = puts.reduce((sum, { size }) => sum + size, 0)
    expect(tcpSummary(await server.stop())).toMatchObject({ connections: 20, uploads: 20, uploadedBytes: bytes })
  })

  test('by udptool and the library arrive byte for byte', async () => {
    const { folder, inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox])
    const files = Array.from({ length: 20 }, (_, n) => fileOf(folder, `f${n}`, randomBytes(n * 30_000)))
    const [first = '', ...others] = files
    // One by the command, nineteen by the library.
    const [run, ...results] = await Promise.all([
      udptool(['tcp', 'put', first, '--to', server.at]),
      ...others.map(file => put({ file, to: server.at })),
    ])
    expect(run.code).toBe(0)
    expect(results.map(({ confirmed }) => confirmed)).toEqual(others.map(() => true))
    const expected = files.map((file, n) => [`f${n}`, sha256(readFileSync(file))])
    expect(digests(inbox)).toEqual(Object.fromEntries(expected))
  })

  test('with one name leave one complete file', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const puts = Array.from({ length: 20 }, (_, n) => ({ name: 'same', size: 100_000 + n * 7919, sha256: 'right' }))
    const uploads = await runUploads(server.at, puts)
    expect(uploads.map(({ answer }) => answer?.['status'])).toEqual(puts.map(() => 'ok'))
    const { same, ...others } = digests(inbox)
    expect(others).toEqual({})
    expect(uploads.map(({ digest }) => digest)).toContain(same)
  })
})

describe('a name', () => {
  test.each([
    ['../../etc/evil', 'evil'],
    ['/etc/cron.d/evil', 'evil'],
    ['..\\..\\windows\\evil.exe', 'evil.exe'],
    ['日付.txt', '日付.txt'],
    ['-rf', '-rf'],
    ['.hidden', '.hidden'],
  ])('%j is stored as %j, in the inbox and nowhere else', async (name, stored) => {
    const { folder, inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const [upload] = await runUploads(server.at, [{ name, size: 1000 }])
    expect(upload?.answer).toMatchObject({ status: 'ok', file_name: stored })
    expect(digests(inbox)).toEqual({ [stored]: upload?.digest })
    expect(readdirSync(folder)).toEqual(['inbox'])
  })

  test('that is no file name is refused, and no part of the file is left', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const names = ['', '.', '..', 'a/', '../..', 'a\\', 'new\nline', 'bel\u0007', 'nul\0', 'x'.repeat(256), 'a/\u007f']
    const uploads = await runUploads(
      server.at,
      names.map(name => ({ name, size: 5000 })),
    )
    for (const { answer, ended } of uploads) {
      expect(answer).toMatchObject({ status: 'error', reason: expect.stringMatching(/file name|names no file/) })
      expect(ended).toBe('end')
    }
    expect(readdirSync(inbox)).toEqual([])
  })

  test.each([
    ['number', { cmd: 'put', file_name: 7, file_size: 3 }],
    ['missing', { cmd: 'put', file_size: 3 }],
    ['without a size', { cmd: 'put', file_name: 'a' }],
    ['with a negative size', { cmd: 'put', file_name: 'a', file_size: -1 }],
    ['with half a digest', { cmd: 'put', file_name: 'a', file_size: 3, sha256: 'abc' }],
  ])('that is %s is refused', async (_, header) => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const [upload] = await runUploads(server.at, [{ name: 'abc', size: 3, header }])
    expect(upload?.answer).toMatchObject({ status: 'error' })
    expect(readdirSync(inbox)).toEqual([])
  })
})

describe('a symbolic link in the inbox', () => {
  test('is replaced and not followed', async () => {
    const { folder, inbox } = folders()
    const outside = fileOf(folder, 'outside', Buffer.from('precious'))
    symlinkSync(outside, join(inbox, 'link'))
    symlinkSync(join(folder, 'nowhere'), join(inbox, 'dangling'))
    symlinkSync(folder, join(inbox, 'directory'))
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const uploads = await runUploads(
      server.at,
      ['link', 'dangling', 'directory', 'directory/deeper'].map(name => ({ name, size: 10 })),
    )
    expect(uploads.map(({ answer }) => answer?.['status'])).toEqual(['ok', 'ok', 'ok', 'ok'])
    expect(readFileSync(outside, 'utf8')).toBe('precious')
    expect(readdirSync(folder).toSorted()).toEqual(['inbox', 'outside'])
    for (const name of ['link', 'dangling', 'directory', 'deeper'])
      expect(lstatSync(join(inbox, name)).isFile(), name).toBe(true)
  })

  test('counts as an existing file with --no-replace', async () => {
    const { folder, inbox } = folders()
    symlinkSync(join(folder, 'nowhere'), join(inbox, 'link'))
    fileOf(inbox, 'file', Buffer.from('old'))
    await using server = await startTcpServe(['--inbox', inbox, '--no-replace'], HOSTED)
    const uploads = await runUploads(
      server.at,
      ['link', 'file', 'new'].map(name => ({ name, size: 10 })),
    )
    expect(uploads.map(({ answer }) => answer?.['status'])).toEqual(['error', 'error', 'ok'])
    expect(uploads[0]?.answer?.['reason']).toMatch(/taken/)
    expect(readFileSync(join(inbox, 'file'), 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['inbox'])
    expect(readdirSync(inbox).toSorted()).toEqual(['file', 'link', 'new'])
  })

  test('and a folder with the same name are not replaced', async () => {
    const { inbox } = folders()
    mkdirSync(join(inbox, 'sub'))
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const [upload] = await runUploads(server.at, [{ name: 'sub', size: 10 }])
    expect(upload?.answer).toMatchObject({ status: 'error', reason: expect.stringContaining('taken') })
    expect(readdirSync(inbox)).toEqual(['sub'])
  })
})

describe('no partial file remains', () => {
  test('of a file whose digest is wrong', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const [wrong, right] = await runUploads(server.at, [
      { name: 'wrong', size: 100_000, sha256: sha256('something else') },
      { name: 'right', size: 100_000, sha256: 'right' },
    ])
    expect(wrong?.answer).toMatchObject({ status: 'error', reason: expect.stringContaining('sha256') })
    expect(right?.answer).toMatchObject({ status: 'ok' })
    expect(readdirSync(inbox)).toEqual(['right'])
  })

  test('of a connection that breaks, and other uploads succeed', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox, '--json'], HOSTED)
    await runUploads(server.at, [
      { name: 'broken', size: 300_000, stop: 200_000 },
      { name: 'short', size: 10, declare: 11, stop: 10 },
      { name: 'whole', size: 300_000 },
    ])
    await untilFiles(inbox, 1)
    expect(readdirSync(inbox)).toEqual(['whole'])
    expect(tcpSummary(await server.stop())).toMatchObject({ uploads: 1, connections: 3 })
  })

  test('of a file that is too large, which is refused before it is sent', async () => {
    const { folder, inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox, '--max-size', '1MB'], HOSTED)
    const uploads = await runUploads(server.at, [
      { name: 'large', size: 3_000_000 },
      { name: 'absurd', size: 10, declare: Number.MAX_SAFE_INTEGER },
      { name: 'fits', size: 1_000_000 },
    ])
    expect(uploads.map(({ answer }) => answer?.['status'])).toEqual(['error', 'error', 'ok'])
    const { code, stderr } = await runHosted([
      'tcp',
      'put',
      fileOf(folder, 'huge', randomBytes(20_000_000)),
      '--to',
      server.at,
    ])
    expect(code).toBe(3)
    expect(stderr).toMatch(/refuses the file: "huge" is too large: 20 MB/)
    expect(readdirSync(inbox)).toEqual(['fits'])
  })

  test('of a server that gets SIGTERM', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox])
    const upload = runUploads(server.at, [{ name: 'never', size: 10, declare: 100 }])
    await untilFiles(inbox, 1)
    expect(readdirSync(inbox)).toEqual([expect.stringMatching(/^\.udptool-partial-/)])
    expect((await server.stop()).code).toBe(0)
    await upload
    expect(readdirSync(inbox)).toEqual([])
  })

  test('of a server that gets two signals', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox])
    const upload = runUploads(server.at, [{ name: 'never', size: 10, declare: 100 }])
    await untilFiles(inbox, 1)
    server.child.signal('SIGTERM')
    server.child.signal('SIGINT')
    await server.child.finished
    await upload
    expect(readdirSync(inbox)).toEqual([])
  })

  test('of a disk that is full', async () => {
    const { inbox } = folders()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'udptool-test', inbox], { stdio: 'pipe' })
    } catch (error) {
      skipped(`a small disk cannot be mounted (${error instanceof Error ? error.message.trim() : ''})`)
      return
    }
    try {
      await using server = await startTcpServe(['--inbox', inbox], HOSTED)
      const uploads = await runUploads(server.at, [{ name: 'large', size: 2_000_000 }])
      expect(uploads[0]?.answer).toMatchObject({ status: 'error', reason: expect.stringMatching(/no space left/) })
      expect(readdirSync(inbox)).toEqual([])
      const after = await runUploads(server.at, [{ name: 'small', size: 100_000 }])
      expect(after[0]?.answer).toMatchObject({ status: 'ok' })
      await server.stop()
    } finally {
      execFileSync('umount', [inbox])
    }
  })
})

test('the Python program of docs/tcp.md uploads a file', async () => {
  const { inbox } = folders()
  await using server = await startTcpServe(['--inbox', inbox], HOSTED)
  const page = readFileSync(join(ROOT, 'docs/tcp.md'), 'utf8')
  const program = /^```python\n(.*?)^```$/msu.exec(page)?.[1]?.replace('9000', String(server.port))
  const { code, stdout } = await start('python3', ['-c', program ?? '']).finished
  expect(code).toBe(0)
  expect(stdout).toContain(`'status': 'ok', 'file_name': 'a.txt', 'size': 5, 'sha256': '${sha256('hello')}'`)
  expect(digests(inbox)).toEqual({ 'a.txt': sha256('hello') })
})

describe('a malformed frame', () => {
  const hex = (text: string): string => Buffer.from(text).toString('hex')
  const header = (text: string): string => {
    const length = Buffer.alloc(4)
    length.writeInt32LE(Buffer.byteLength(text))
    return length.toString('hex') + hex(text)
  }

  test('is answered with an error, ends its own connection and no other', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox, '--json'], HOSTED)
    const frames = [
      'ffffffff',
      'ffffff7f',
      '00000080',
      '00000000',
      '01000100',
      hex('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
      header('{"cmd":'),
      header('[]'),
      header('"put"'),
      header('{"cmd":"put","file_name":"a","file_size":1e300}'),
      header('{"cmd":"put","file_name":"a","file_size":"9"}'),
      header('{"cmd":"delete"}'),
      header('{"cmd":"__proto__"}'),
      header('{"cmd":"run","name":"ls"}'),
      header('{}'),
      header(`{"cmd":"put","file_name":"a","file_size":9,"deep":${'['.repeat(30_000)}${']'.repeat(30_000)}`),
    ]
    const { answers, upload, digest } = await runMalformedFrames(server.at, frames)
    for (const [n, { answer, ended }] of answers.entries()) {
      expect(answer, frames[n]?.slice(0, 80)).toMatchObject({ status: 'error', reason: expect.stringMatching(/\w+/) })
      expect(ended).toBe('end')
    }
    expect(upload).toMatchObject({ status: 'ok', sha256: digest })
    expect(digests(inbox)).toEqual({ upload: digest })
    const summary = tcpSummary(await server.stop())
    expect(summary).toMatchObject({ uploads: 1, refused: { frame: 12, request: 4 } })
  })

  test('that ends within its header is answered, too', async () => {
    const { inbox } = folders()
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const { answers, upload } = await runMalformedFrames(server.at, ['01', '0a000000', '0a0000007b7d', ''], '--shut')
    expect(answers.map(({ answer }) => answer)).toEqual([
      expect.objectContaining({ reason: expect.stringContaining('ended') as string }),
      expect.objectContaining({ reason: expect.stringContaining('ended') as string }),
      expect.objectContaining({ reason: expect.stringContaining('ended') as string }),
      '',
    ])
    expect(upload).toMatchObject({ status: 'ok' })
  })
})

describe('udptool tcp put', () => {
  test('reports the stored file, as text and as JSON', async () => {
    const { folder, inbox } = folders()
    const bytes = randomBytes(5000)
    const file = fileOf(folder, 'a file', bytes)
    await using server = await startTcpServe(['--inbox', inbox])
    const words = await udptool(['tcp', 'put', file, '--to', server.at])
    expect(words).toMatchObject({ code: 0, stderr: '' })
    expect(words.stdout).toMatch(
      new RegExp(`^✓ stored a file · 5000 B at ${server.at} · .*\\n  sha256 ${sha256(bytes)}\\n$`),
    )
    const document = await udptool(['tcp', 'put', file, '--to', server.at, '--json', '--name', '../other'])
    expect(JSON.parse(document.stdout)).toMatchObject({
      command: 'tcp put',
      fileName: 'other',
      size: 5000,
      sha256: sha256(bytes),
      confirmed: true,
    })
    expect(Object.keys(digests(inbox)).toSorted()).toEqual(['a file', 'other'])
  })

  test('shows a progress bar at a terminal, and clears it', async () => {
    const { folder, inbox } = folders()
    const file = fileOf(folder, 'big', randomBytes(8_000_000))
    await using server = await startTcpServe(['--inbox', inbox], HOSTED)
    const { transcript, code } = await runTerminal([], ['tcp', 'put', file, '--to', server.at])
    expect(code).toBe(0)
    expect(transcript).toMatch(/█+.* 100% {2}sending · 8 MB of 8 MB/)
    expect(transcript.split('\r\u001B[2K').at(-1)).toMatch(/✓ stored/)
    expect(transcript.split('\r\u001B[2K').at(-1)).not.toContain('█')
  })

  test('works with a server that never answers, and reports that', async () => {
    const { folder, inbox } = folders()
    const bytes = randomBytes(300_000)
    await using server = await startTcpPeer('upload', '--folder', inbox)
    const { code, stdout } = await runHosted(['tcp', 'put', fileOf(folder, 'f.bin', bytes), '--to', server.at])
    expect(code).toBe(0)
    expect(stdout).toMatch(/✓ sent f\.bin .*[^]*no answer/)
    expect(digests(inbox)).toEqual({ 'f.bin': sha256(bytes) })
    expect((await server.stop()).requests).toEqual([
      { cmd: 'put', file_name: 'f.bin', file_size: 300_000, sha256: sha256(bytes) },
    ])
  })

  test('is aborted by Ctrl-C', async () => {
    const { folder } = folders()
    // Accepts the connection and reads nothing, so the upload cannot end.
    const server = createServer(socket => void socket.on('error', () => undefined).pause()).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const connected = once(server, 'connection')
    const file = fileOf(folder, 'f', randomBytes(30_000_000))
    const put = startUdptool(['tcp', 'put', file, '--to', `127.0.0.1:${port}`])
    const [socket] = (await connected) as [Socket]
    put.signal('SIGINT')
    expect((await put.finished).code).toBe(130)
    socket.destroy()
  })

  test.each([
    [['nothing-here'], 3, /cannot read nothing-here: no such file/],
    [['/dev/null'], 3, /not a regular file/],
    [[], 2, /missing required argument 'file'/],
    [['package.json', '--name', ''], 2, /--name is empty/],
    [['package.json', '--to', 'a:b'], 2, /port/],
    [['package.json', '--timeout', '5'], 2, /5ms or 5s/],
    [['package.json', '--to', '127.0.0.1:1'], 3, /nothing listens there/],
    [['package.json', '-4', '-6'], 2, /exclude/],
  ])('%j ends with %i and prints the reason', async (args, status, reason) => {
    const { code, stdout, stderr } = await runHosted(['tcp', 'put', ...args])
    expect([code, stdout]).toEqual([status, ''])
    expect(stderr).toMatch(reason)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})
