// Programs of the comparison. Each has a time limit and its own process group, by whose id it is ended with its children (an echo server
// made of socat or ncat has some).
import { spawn } from 'node:child_process'

const STOP_MS = 3000
const alive = new Set()
process.on('exit', () => {
  for (const child of alive) signalGroup(child, 'SIGKILL')
})
process.on('SIGINT', () => process.exit(130))
process.on('SIGTERM', () => process.exit(143))

/** Starts a program. `exited` is its exit status or the signal that ended it. `printed` is its output so far. */
export function startProgram([command, ...args], input = '') {
  const child = spawn(command, args, { detached: true })
  child.stdin.on('error', () => {}) // EPIPE: a program need not read its input.
  child.stdin.end(input)
  const printed = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr']) {
    child[stream].setEncoding('utf8')
    child[stream].on('data', text => (printed[stream] += text))
  }
  alive.add(child)
  const exited = new Promise((resolve, reject) => {
    child.on('error', error => {
      alive.delete(child)
      reject(error)
    })
    child.on('close', (status, signal) => {
      alive.delete(child)
      resolve(status ?? signal)
    })
  })
  return { child, printed, exited }
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error // It has already ended.
  }
}

/** Sends SIGTERM, and SIGKILL to a program that ignores it. */
export async function stopProgram({ child, exited }) {
  signalGroup(child, 'SIGTERM')
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), STOP_MS)
  await exited
  clearTimeout(timer)
}

/** Runs a program to its end, or for `seconds`: then `status` is undefined. */
export async function runProgram(command, seconds, input) {
  const program = startProgram(command, input)
  let bounded = false
  const timer = setTimeout(() => {
    bounded = true
    void stopProgram(program)
  }, seconds * 1000)
  try {
    const status = await program.exited
    return { ...program.printed, status: bounded ? undefined : status, bound: seconds }
  } finally {
    clearTimeout(timer)
  }
}

/** The first match in the stdout of a program. Throws if the program ends before. */
export function untilPrinted({ child, printed, exited }, pattern) {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const match = pattern.exec(printed.stdout)
      if (match !== null) resolve(match)
    })
    exited.then(status => reject(new Error(`it ended (${status}) before it was ready: ${printed.stderr}`)), reject)
  })
}
