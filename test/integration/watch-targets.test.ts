import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Child } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { temporaryFolder } from '../helpers/tools.ts'
import { HOSTED, startUdptool } from '../helpers/udptool.ts'
import { summaryOf, type WatchTarget } from '../helpers/watch.ts'

const EVENTS = ['--report-interval', '200ms', '--json'] as const
const MODULES = { quick: { interval: '50ms', timeout: '10s' } }

function write(folder: string, name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
}

/** Writes beside the file and renames, as a program does that replaces a file at once. */
function replace(folder: string, name: string, content: unknown): void {
  write(folder, `.${name}.new`, content)
  renameSync(join(folder, `.${name}.new`), join(folder, name))
}

/** A configuration with the files of a folder `targets`. */
function configure(group: Readonly<Record<string, unknown>> = {}): { readonly file: string; readonly folder: string } {
  const top = temporaryFolder()
  const folder = join(top, 'targets')
  mkdirSync(folder)
  write(top, 'watch.json', { modules: MODULES, groups: [{ module: 'quick', files: ['targets/*.json'], ...group }] })
  return { file: join(top, 'watch.json'), folder }
}

async function replied(watch: Child, target: string): Promise<void> {
  await watch.waitFor('stdout', new RegExp(`"target":"${target}".*"lastFate":"intact"`, 'u'))
}

async function ended(watch: Child): Promise<readonly WatchTarget[]> {
  watch.signal('SIGINT')
  const finished = await watch.finished
  expect(finished.code).toBe(0)
  return summaryOf(finished)
}

test('targets of files come and go while the others keep their probes', async () => {
  const echoes = [await startEcho(), await startEcho(), await startEcho()] as const
  const [first, second, third] = echoes.map(({ at }) => at) as [string, string, string]
  const { file, folder } = configure({ labels: { site: 'fra', rack: '1' } })
  write(folder, 'a.json', [{ targets: [first], labels: { rack: '7' } }])
  const watch = startUdptool(['watch', '--config.file', file, ...EVENTS], HOSTED)
  await replied(watch, first)

  // In place, another file, and one that is broken.
  write(folder, 'a.json', [{ targets: [first, second], labels: { rack: '7' } }])
  await replied(watch, second)
  write(folder, 'b.json', [{ targets: [third] }])
  await replied(watch, third)
  write(folder, 'a.json', '[{ "targets": ["edge", ] }')
  await watch.waitFor(
    'stderr',
    /a file of targets is broken: its last targets stay \(file .*a\.json, error .*a\.json:1:\d+: .*, targets 2\)/u,
  )

  // Replaced by rename, and deleted.
  replace(folder, 'a.json', [{ targets: [first], labels: { rack: '7' } }])
  await watch.waitFor('stderr', /a file of targets is whole again \(.*targets 1\)/u)
  rmSync(join(folder, 'b.json'))
  await watch.waitFor('stderr', /a file of targets was deleted: its targets end \(.*b\.json, targets 1\)/u)

  const [target, ...others] = await ended(watch)
  expect(others).toEqual([])
  expect(target).toMatchObject({ target: first, module: 'quick', labels: { site: 'fra', rack: '7' } })
  // Whatever became of the other targets and of the file, this one was never started again: the server has its probes from one port.
  const { received, peers } = await echoes[0].stop()
  expect(target?.ledger.scheduled).toBe(received)
  expect(Object.values(peers)).toEqual([received])
})

test('the files of a ConfigMap are links to a folder that is replaced as a whole', async () => {
  const echoes = [await startEcho(), await startEcho()] as const
  const { file, folder } = configure()
  for (const [version, { at }] of echoes.entries()) {
    mkdirSync(join(folder, `..${version}`))
    write(join(folder, `..${version}`), 'a.json', [{ targets: [at] }])
  }
  symlinkSync('..0', join(folder, '..data'))
  symlinkSync('..data/a.json', join(folder, 'a.json'))
  const watch = startUdptool(['watch', '--config.file', file, ...EVENTS], HOSTED)
  await replied(watch, echoes[0].at)
  symlinkSync('..1', join(folder, '..new'))
  renameSync(join(folder, '..new'), join(folder, '..data'))
  await replied(watch, echoes[1].at)
  expect((await ended(watch)).map(({ target }) => target)).toEqual([echoes[1].at])
})

test('targets of the command line stay beside those of files, and a target is there once', async () => {
  const echoes = [await startEcho(), await startEcho()] as const
  const { file, folder } = configure({ module: 'default' })
  write(folder, 'a.json', [{ targets: [echoes[0].at, echoes[1].at], labels: { site: 'fra' } }])
  const watch = startUdptool(['watch', echoes[0].at, '--config.file', file, ...EVENTS], HOSTED)
  for (const { at } of echoes) await replied(watch, at)
  await watch.waitFor('stderr', /targets are there twice with the same module: the first stays \(count 1, /u)
  const targets = await ended(watch)
  expect(targets.map(({ target, labels }) => [target, labels])).toEqual([
    [echoes[0].at, undefined],
    [echoes[1].at, { site: 'fra' }],
  ])
})

test('more targets than --max-targets: the first ones are probed', async () => {
  const echo = await startEcho()
  const { file, folder } = configure()
  write(folder, 'a.json', [{ targets: [echo.at, '127.0.0.2:9', '127.0.0.3:9'] }])
  const watch = startUdptool(['watch', '--config.file', file, '--max-targets', '1', ...EVENTS], HOSTED)
  await replied(watch, echo.at)
  await watch.waitFor('stderr', /more targets than --max-targets 1: the last ones are left out \(count 2, /u)
  expect((await ended(watch)).map(({ target }) => target)).toEqual([echo.at])
})

/** By a separate program in Python. */
const NEIGHBOURS = ['127.44.0.43:9', '127.44.0.52:9', '127.44.0.179:9', '127.44.1.12:9'] as const

test('a host asks its neighbours, which its name chooses', async () => {
  const { file, folder } = configure({ neighbours: NEIGHBOURS.length })
  write(folder, 'a.json', [{ targets: Array.from({ length: 300 }, (_, n) => `127.44.${n >> 8}.${n & 255}:9`) }])
  const watch = startUdptool(['watch', '--config.file', file, ...EVENTS], { env: { NODE_NAME: 'node-7' } })
  for (const target of NEIGHBOURS)
    await watch.waitFor('stdout', new RegExp(`"event":"interval".*"target":"${target}"`, 'u'))
  watch.signal('SIGINT')
  const finished = await watch.finished
  // Nothing answers there.
  expect(finished.code).toBe(1)
  expect(summaryOf(finished).map(({ target }) => target)).toEqual(NEIGHBOURS)
})

test('without any target the verdict is no pass', async () => {
  const { file } = configure()
  const watch = startUdptool(['watch', '--config.file', file, ...EVENTS], HOSTED)
  await watch.waitFor('stderr', /no file of targets fits the pattern/u)
  await watch.waitFor('stdout', /"event":"start"/u)
  watch.signal('SIGINT')
  const finished = await watch.finished
  expect(finished.code).toBe(1)
  expect(summaryOf(finished)).toEqual([])
})
