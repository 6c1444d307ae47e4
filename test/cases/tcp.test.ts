import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { requireNamespaces } from '../helpers/namespace.ts'
import { runPeer } from '../helpers/peers.ts'
import { shell, shellWithDisk } from '../helpers/shell.ts'
import { commandsFile, runUploads, startTcpServe, tcpSummary } from '../helpers/tcp.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { udptool } from '../helpers/udptool.ts'

interface Slow {
  readonly ended: boolean
  readonly sent: number
  readonly answer: string | number
}

async function slow(to: string, kind: string): Promise<Slow> {
  return await runPeer('slow_tcp_client', ['--to', to, '--as', kind, ...(kind === 'reader' ? ['--timeout', '2'] : [])])
}

/** Opens a connection from this local address and sends a byte. Undefined if the server closes the connection instead of answering. */
async function openConnection(port: number, localAddress: string): Promise<Socket | undefined> {
  const socket = connect({ port, host: '127.0.0.1', localAddress })
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  socket.write('a')
  return await new Promise(resolve => {
    socket.once('data', () => resolve(socket))
    socket.once('close', () => resolve(undefined))
  })
}

const SLOW: readonly (readonly [kind: string, args: readonly string[], answered: RegExp])[] = [
  ['header', ['--header-time', '300ms'], /the header of a request was incomplete after 300 ms/],
  ['body', ['--idle', '300ms', '--min-rate', '1000'], /it sent less than --min-rate for too long/],
  ['reader', ['--idle', '300ms', '--min-rate', '1MB'], /^\d{1,7}$/],
]

cases([
  {
    fault: 'E12',
    what: 'one source has all connections, then another one connects',
    before: 'the other is rejected',
    right: 'the other is served, and replaces the connection that was idle for longest',
    shows: async () => {
      await using server = await startTcpServe(['--max-connections', '12', '--json'])
      const sockets: (Socket | undefined)[] = []
      for (let n = 0; n < 12; n++) sockets.push(await openConnection(server.port, '127.0.0.1'))
      expect(sockets).not.toContain(undefined)
      expect(await openConnection(server.port, '127.0.0.1')).toBeUndefined()
      expect(await openConnection(server.port, '127.0.0.2')).toBeDefined()
      const closed = (): readonly unknown[] => sockets.map(socket => socket?.closed)
      await expect.poll(closed, { timeout: 30_000 }).toEqual([true, ...Array.from({ length: 11 }, () => false)])
      const finished = await server.stop()
      expect(finished.stderr).toBe('')
      expect(tcpSummary(finished)).toMatchObject({ refused: { crowded: 1, displaced: 1 }, broken: 0 })
    },
  },
  {
    fault: 'E12',
    what: 'one more than --max-connections-per-source, and more than ten in total',
    before: 'no such limit; a warning of too many listeners on standard error',
    right: 'closed and counted; others are served; standard error is empty',
    shows: async () => {
      await using server = await startTcpServe(['--max-connections-per-source', '30', '--json'])
      const sockets = []
      for (const last of [1, 2]) {
        for (let n = 0; n < 30; n++) sockets.push(await openConnection(server.port, `127.0.0.${last}`))
        expect(await openConnection(server.port, `127.0.0.${last}`)).toBeUndefined()
      }
      expect(sockets).not.toContain(undefined)
      const finished = await server.stop()
      expect(finished.stderr).toBe('')
      expect(tcpSummary(finished)).toMatchObject({ connections: 60, refused: { source: 2 } })
    },
  },
  ...SLOW.map(([kind, args, answered]) => ({
    fault: 'E12',
    what: `a slow ${kind}, one byte at a time`,
    before: 'keeps its connection without limit',
    right: 'ended and counted as slow, no partial file',
    shows: async () => {
      const inbox = temporaryFolder()
      const commands = commandsFile({ long: ['head', '-c', '20000000', '/dev/zero'] })
      await using server = await startTcpServe(['--json', '--inbox', inbox, '--commands', commands, ...args])
      const client = await slow(server.at, kind)
      expect(client.ended).toBe(true)
      expect(String(client.answer)).toMatch(answered)
      expect(tcpSummary(await server.stop())).toMatchObject({ refused: { slow: 1 }, broken: 0 })
      // The client may see the end before the server has removed the file.
      expect(readdirSync(inbox)).toEqual([])
    },
  })),
  {
    fault: 'E12',
    what: 'a slow plain stream, one byte at a time',
    before: 'keeps its connection without limit',
    right: 'ended after --max-age',
    shows: async () => {
      await using server = await startTcpServe(['--max-age', '300ms', '--json'])
      expect((await slow(server.at, 'plain')).ended).toBe(true)
    },
  },
  {
    fault: 'E12',
    what: 'uploads beyond --max-inbox, and beyond --max-files',
    before: 'uploads fill the disk',
    right: 'refused with the reason before they are sent; accepted again when there is room',
    shows: async () => {
      const inbox = temporaryFolder()
      mkdirSync(join(inbox, 'folder'))
      writeFileSync(join(inbox, 'old'), 'x'.repeat(300))
      await using server = await startTcpServe(['--json', '--inbox', inbox, '--max-inbox', '1000', '--max-files', '3'])
      const put = async (name: string, size: number): Promise<unknown> => {
        const [upload] = await runUploads(server.at, [{ name, size }])
        return upload?.answer?.['status'] === 'ok' ? 'ok' : upload?.answer?.['reason']
      }
      expect(await put('a', 600)).toBe('ok')
      expect(await put('b', 101)).toMatch(/the inbox is full: it holds 900 B of at most 1000 B/)
      expect(await put('c', 0)).toBe('ok')
      expect(await put('d', 0)).toMatch(/the inbox is full: it holds 3 files/)
      writeFileSync(join(inbox, 'a'), '')
      expect(await put('c', 700)).toMatch(/3 files/)
      expect(tcpSummary(await server.stop())).toMatchObject({ uploads: 2, refused: { full: 3 } })
    },
  },
  {
    fault: 'E12',
    what: 'tcp put from a source that already has its maximum of connections',
    before: 'sent, "it has read all bytes", exit 0, and there is no file',
    right: 'the reason, exit 3; the same for a source that is denied, and for a server that ends early',
    shows: async () => {
      const inbox = temporaryFolder()
      const file = join(temporaryFolder(), 'a')
      writeFileSync(file, 'x'.repeat(100_000))
      await using server = await startTcpServe(['--inbox', inbox, '--max-connections-per-source', '1'])
      const first = connect(server.port, '127.0.0.1')
      onTestFinished(() => void first.destroy())
      await once(first, 'connect')
      const capped = await udptool(['tcp', 'put', file, '--to', server.at])
      expect(capped).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('refuses the file: this source has 1 connection open'),
      })
      await using closed = await startTcpServe(['--inbox', inbox, '--deny', '127.0.0.0/8'])
      expect((await udptool(['tcp', 'put', file, '--to', closed.at])).code).toBe(3)
      // Ends its side at once and reads everything: this must not count as a complete upload.
      const early = createServer({ allowHalfOpen: true }, socket => void socket.end().resume()).listen(0, '127.0.0.1')
      onTestFinished(() => void early.close())
      await once(early, 'listening')
      const large = join(temporaryFolder(), 'b')
      writeFileSync(large, '')
      truncateSync(large, 64 * 1024 * 1024)
      const { port } = early.address() as AddressInfo
      expect(await udptool(['tcp', 'put', large, '--to', `127.0.0.1:${port}`])).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('ended the connection before it had the whole file'),
      })
      expect(readdirSync(inbox)).toEqual([])
    },
  },
  {
    fault: 'E12',
    what: 'all connections in use, one of them by a running command; then another source connects',
    before: 'the command is ended, because its connection seems to be idle for longest',
    right: 'an idle connection is replaced, and the command is answered',
    shows: async () => {
      const folder = temporaryFolder()
      const waits = `cd ${folder}; touch started; until [ -e go ]; do sleep 0.05; done; echo done`
      const commands = commandsFile({ slow: ['sh', '-c', waits] })
      await using server = await startTcpServe(['--commands', commands, '--max-connections', '2', '-v'])
      const running = udptool(['tcp', 'run', 'slow', '--to', server.at])
      await expect.poll(() => readdirSync(folder), { timeout: 20_000 }).toContain('started')
      const idle = connect(server.port, '127.0.0.1')
      idle.on('error', () => undefined).resume()
      const gone = new Promise<void>(resolve => {
        idle.once('close', () => resolve())
      })
      await server.child.waitFor('stdout', /connection from[^]*connection from/)
      const other = connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.2' })
      onTestFinished(() => void other.destroy())
      await gone
      writeFileSync(join(folder, 'go'), '')
      expect(await running).toMatchObject({ code: 0, stdout: 'done\n' })
    },
  },
  {
    fault: 'E12',
    what: 'kill -9 during uploads, while another server uses the same inbox',
    before: 'the temporary files are never removed',
    right: 'the next server removes those of the killed one when it starts, and no others',
    shows: async () => {
      const inbox = temporaryFolder()
      const begin = async (server: { readonly port: number }): Promise<Socket> => {
        const socket = connect(server.port, '127.0.0.1')
        socket.on('error', () => undefined)
        onTestFinished(() => void socket.destroy())
        const header = Buffer.from(JSON.stringify({ cmd: 'put', file_name: 'a', file_size: 9 }))
        const length = Buffer.alloc(4)
        length.writeInt32LE(header.length)
        socket.write(Buffer.concat([length, header, Buffer.from('half')]))
        return socket
      }
      const partials = (): string[] => readdirSync(inbox).filter(name => name.startsWith('.udptool-partial-'))
      const until = async (count: number): Promise<void> => {
        // Each has the four bytes that came.
        const sizes = (): number[] => partials().map(name => statSync(join(inbox, name)).size)
        await expect.poll(sizes, { timeout: 30_000 }).toEqual(Array.from({ length: count }, () => 4))
      }
      await using living = await startTcpServe(['--inbox', inbox])
      const going = await begin(living)
      await until(1)
      const stays = partials()
      await using dead = await startTcpServe(['--inbox', inbox])
      await begin(dead)
      await begin(dead)
      await until(3)
      dead.child.signal('SIGKILL')
      await dead.child.finished
      expect(partials()).toHaveLength(3)
      await using next = await startTcpServe(['--inbox', inbox])
      expect(partials()).toEqual(stays)
      going.end(' done')
      await once(going, 'data')
      expect(readFileSync(join(inbox, 'a'), 'utf8')).toBe('half done')
      expect((await next.stop()).stderr).toMatch(/removed 2 temporary files \(8 B\) of killed servers/)
    },
  },
])

describe.runIf(requireNamespaces())('a full disk', () => {
  cases([
    {
      fault: 'E12',
      what: 'an upload that does not fit on the disk',
      before: '"asked for what is not given"',
      right: 'no space left on device, at the client and at the server, also with -q; no file is left',
      shows: async () => {
        const { stdout, stderr } = await shellWithDisk(
          '64k',
          `head -c 100000 /dev/zero > big
B tcp serve --port 0 --port-file port --inbox full -q & serve=$!
until [ -e port ]; do sleep 0.05; done
U tcp put big --to 127.0.0.1:$(cat port) 2>&1 || echo "status $?"
ls -A full; kill $serve; wait $serve`,
        )
        expect(stdout).toMatch(/refuses the file: cannot store "big": no space left on device\nstatus 3\n$/)
        expect(stderr).toMatch(/^udptool: refused 127.0.0.1:\d+: cannot store "big": no space left on device\n$/)
      },
    },
  ])
})

/** System calls of the server on a file or folder of the inbox that strace lets fail, and the reason that the client prints. */
const INJECTED: readonly (readonly [call: string, error: string, reason: string])[] = [
  ['fdatasync', 'ENOSPC', 'cannot store "a": no space left on device'],
  ['fdatasync', 'EDQUOT', 'cannot store "a": disk quota exceeded'],
  ['fsync', 'EIO', 'cannot store "a" for certain (the file is there): i/o error'],
]

describe.runIf(requireTool('strace'))('an error of the disk after all bytes are written', () => {
  cases([
    ...INJECTED.map(([call, error, reason]) => ({
      fault: 'E12',
      what: `${error} from ${call}`,
      before: 'the reason is not reported, or the folder is not synced',
      right: reason,
      shows: async () => {
        const { stdout } = await shell(`mkdir in; echo hello > a
strace -f -o trace ${call === 'fsync' ? '-P "$PWD/in"' : ''} -e trace=${call} -e inject=${call}:error=${error} "$NODE" "$PROGRAM" tcp serve --port 0 --port-file port --inbox in --json > events & serve=$!
until [ -e port ]; do sleep 0.05; done
U tcp put a --to 127.0.0.1:$(cat port) 2>&1; echo "status $?"
kill $(pgrep -P $serve); wait $serve; tail -n 1 events; ls -A in`)
        expect(stdout).toContain(`refuses the file: ${reason}\nstatus 3\n`)
        expect(stdout).toContain('"refused":{"storage":1}')
        expect(stdout.endsWith('}\n')).toBe(call !== 'fsync')
      },
    })),
    {
      fault: 'E12',
      what: 'system calls before the answer ok',
      before: 'fdatasync of the file only',
      right: 'fdatasync of the file, rename, fsync of the folder',
      shows: async () => {
        const { stdout } = await shell(`mkdir in; echo hello > a
strace -f -y -o trace -e trace=fdatasync,rename,fsync "$NODE" "$PROGRAM" tcp serve --port 0 --port-file port --inbox in > events & serve=$!
until [ -e port ]; do sleep 0.05; done
U tcp put a --to 127.0.0.1:$(cat port) > log
kill $(pgrep -P $serve); wait $serve; grep -E '/in[/>"]' trace | grep -oE 'fdatasync|rename|fsync'`)
        expect(stdout).toBe('fdatasync\nrename\nfsync\n')
      },
    },
  ])
})
