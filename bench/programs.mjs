// Programs that a row starts: servers, which end with the benchmark, and commands, which end by themselves.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const here = name => fileURLToPath(new URL(name, import.meta.url))

export const UDPTOOL = here('../bin/udptool.js')
/** One core for servers, another for the load: two programs on one core would measure the scheduler. */
const CORE = { server: '0', load: '1' }
/** Time limit for a command of the benchmark, ms. */
const TIMEOUT_MS = 60_000

const running = new Set()
const folder = mkdtempSync(join(tmpdir(), 'udptool-bench-'))
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

/** Why a program cannot be started here. Undefined if it can. */
export async function missing(name) {
  try {
    await execute('sh', ['-c', `command -v ${name}`])
    return undefined
  } catch {
    return `${name} is not installed`
  }
}

const pinned = (await missing('taskset')) === undefined
/** The command that pins a program to a core, if the machine can. */
const on = (core, command, args) =>
  pinned && core !== 'any' ? ['taskset', ['-c', CORE[core], command, ...args]] : [command, args]

/** Compiles a C program of the folder `limit` once. Returns its path. */
const compiled = new Map()
export function limit(name) {
  const path = join(folder, name)
  if (!compiled.has(name))
    compiled.set(name, execute('gcc', ['-O3', '-march=native', '-o', path, here(`limit/${name}.c`)]))
  return compiled.get(name).then(() => path)
}

/** Starts a server on the servers' core, or any. Resolves with its port when the server has printed it, or at once if the port is given. */
export async function startServer(command, args, { port, wait = 300, core = 'server' } = {}) {
  const child = spawn(...on(core, command, args), { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  child.stderr.resume()
  if (port !== undefined) {
    child.stdout.resume()
    await new Promise(resolve => setTimeout(resolve, wait))
    return { port, pid: child.pid, stop: () => end(child) }
  }
  return new Promise((resolve, reject) => {
    let said = ''
    child.on('error', reject)
    child.on('exit', () => reject(new Error(`${command} ${args.join(' ')} ended before it was ready`)))
    child.stdout.on('data', text => {
      said += text
      const ownPort = /^(?:ready |listening (?:udp4|http) 127\.0\.0\.1:)(\d+)/.exec(said)?.[1]
      if (ownPort !== undefined) resolve({ port: Number(ownPort), pid: child.pid, stop: () => end(child) })
    })
  })
}

function end(child) {
  running.delete(child)
  child.kill()
}

/** Runs a command on the load's core, or any, to its end. Returns its output, also if its exit status is not 0. */
export async function run(command, args, { core = 'load' } = {}) {
  const child = execute(...on(core, command, args.map(String)), {
    maxBuffer: 1 << 28,
    timeout: TIMEOUT_MS,
  })
  running.add(child.child)
  try {
    return (await child).stdout
  } catch (error) {
    if (error.stdout) return error.stdout
    throw error
  } finally {
    running.delete(child.child)
  }
}

/** Runs udptool and reads its Result. */
export async function result(args, how) {
  return JSON.parse(await run(process.execPath, [UDPTOOL, ...args, '--json'], how))
}

/** A currently free port, for tools that cannot choose one. */
export async function freePort() {
  const { createSocket } = await import('node:dgram')
  const socket = createSocket('udp4')
  await new Promise(resolve => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise(resolve => socket.close(resolve))
  return port
}

/** Resident memory of a process, bytes. */
export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) * 1024
}
