// npm run soak:hostile: hostile datagrams to a server of each engine, what it holds in memory meanwhile, and whether it answers right
// afterwards, as a client in Python sees it. Ends with status 1 where it does not, or keeps growing.
//
// usage: node bench/hostile.mjs [--count N]   (1000000)
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { residentBytes, UDPTOOL } from './programs.mjs'

const { values: flags } = parseArgs({ options: { count: { type: 'string', default: '1000000' } } })
/** Memory limit of a server with all tables full (docs/security.md, Bounded memory), bytes. */
const MOST = 400e6

const peer = name => fileURLToPath(new URL(`../test/helpers/peers/${name}.py`, import.meta.url))

let sound = true
for (const engine of ['kernel', 'dgram']) {
  const server = spawn(process.execPath, [UDPTOOL, 'serve', '--port', '0', '--engine', engine, '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const events = lines(server)
  const { port } = await events.next
  const to = ['--to', `127.0.0.1:${port}`]
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, residentBytes(server.pid))), 500)
  const hostile = await python('hostile', ...to, '--count', flags.count, '--seed', '7')
  const client = await python('client', ...to, '--clients', '20', '--sizes', '0,1,1472,65507', '--all-bytes')
  const prober = await python('prober', ...to, '--count', '4', '--skip', '2')
  clearInterval(watch)
  const exited = new Promise(resolve => server.on('exit', resolve))
  server.kill('SIGTERM')
  const status = await exited
  const { received, dropped } = await events.last()
  const right = client.right === client.sent && client.wrong.length === 0
  const knows = String(prober.receipts?.states) === 'answered,answered,notReceived,answered'
  sound &&= hostile.sent === Number(flags.count) && status === 0 && right && knows && most < MOST
  console.log(
    `${engine}: ${hostile.sent} sent, ${received} received, at most ${(most / 1e6).toFixed(0)} MB (bound ${MOST / 1e6}), ` +
      `then ${client.right} of ${client.sent} answers right, receipts ${knows ? 'right' : 'WRONG'}, exit status ${status}; ` +
      `not answered: ${JSON.stringify(dropped)}`,
  )
}
process.exit(sound ? 0 : 1)

/** Reads the documents that a program prints, one per line: the next one, and the last one when it has ended. */
function lines(child) {
  let text = ''
  child.stdout.setEncoding('utf8')
  const next = new Promise(resolve =>
    child.stdout.on('data', chunk => {
      text += chunk
      const end = text.indexOf('\n')
      if (end >= 0) resolve(JSON.parse(text.slice(0, end)))
    }),
  )
  return { next, last: async () => JSON.parse(text.trimEnd().split('\n').at(-1)) }
}

async function python(name, ...args) {
  const child = spawn('python3', [peer(name), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', chunk => (text += chunk))
  await new Promise(resolve => child.on('exit', resolve))
  return JSON.parse(text)
}
