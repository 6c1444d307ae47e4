import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { builtKernelEngine } from '../contract/kernel-engine.ts'
import { ROOT, start } from '../helpers/child.ts'
import { labOf, lessonIn } from '../helpers/lab.ts'
import { requireNamespaces } from '../helpers/namespace.ts'
import { runClaims } from '../helpers/peers.ts'
import { requireTool, temporaryFolder, udpPortOf } from '../helpers/tools.ts'
import { runHosted, startUdptool, udptool } from '../helpers/udptool.ts'

const IDS = [
  'start-order',
  'boundaries',
  'truncation',
  'empty',
  'sticky-writes',
  'sticky-reads',
  'framing',
  'segments',
  'send-buffer',
  'unreliable',
  'oversize',
  'fragments',
  'concurrency',
  'families',
  'command-broken',
  'command-framed',
  'upload',
]

const kernel = builtKernelEngine()

describe('udptool lab all', () => {
  test('passes every lesson, as one JSON document and as a table', async () => {
    const table = join(temporaryFolder(), 'table')
    const run = await udptool(['lab', 'all', '--json', '--format', `table=${table}`])
    const document = labOf(run)
    expect(document.lessons.filter(({ verdict }) => verdict === 'fail')).toEqual([])
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(document).toMatchObject({ schema: 'udptool/lab/1', failed: 0, verdict: 'pass' })
    expect(document.lessons.map(({ id }) => id)).toEqual(IDS)
    for (const { claim, expected, observed, steps, verdict, reason } of document.lessons) {
      expect([claim, expected, observed].every(text => text.length > 10)).toBe(true)
      expect(steps.map(step => step.observed).join('; ')).toBe(observed)
      expect(reason === undefined).toBe(verdict === 'pass')
    }
    const skipped = document.lessons.filter(({ verdict }) => verdict === 'skipped').map(({ id }) => id)
    if (requireNamespaces() && kernel !== undefined) {
      expect(skipped).toEqual([])
      const lacking = document.lessons.flatMap(({ steps }) => steps).filter(({ verdict }) => verdict !== 'pass')
      expect(lacking).toEqual([])
    } else expect(skipped.filter(id => !['segments', 'fragments', 'truncation'].includes(id))).toEqual([])
    const english = readFileSync(table, 'utf8')
    for (const id of IDS) expect(english).toMatch(new RegExp(`^  [✓–]  ${id} `, 'mu'))
    expect(english).toMatch(/^✓ pass · \d+ of 17 lessons passed/m)
  })

  test('in Chinese, as a table', async () => {
    const { code, stdout } = await runHosted(['lab', 'all', '--lang', 'zh'])
    // The table lists what was observed in each lesson that failed.
    expect(code, stdout).toBe(0)
    for (const id of IDS) expect(stdout).toMatch(new RegExp(`^  [✓–]  ${id} +.*\\p{Script=Han}`, 'mu'))
    expect(stdout).toMatch(/^✓ 通过 · 17 课中通过 \d+ 课/m)
  })
})

describe.skipIf(kernel === undefined)('the observations of lessons, compared with other programs', () => {
  test('plain Python sockets observe the same', async () => {
    const ids = ['boundaries', 'empty', 'sticky-writes', 'sticky-reads', 'truncation', 'oversize', 'families']
    const document = labOf(await runHosted(['lab', ...ids, '--json']))
    const seen = (id: string): string => lessonIn(document, id).observed
    const truth = await runClaims()
    expect(seen('boundaries')).toContain(`receives of ${truth.boundaries.join(', ')} bytes`)
    expect(seen('boundaries')).toContain(`reads of ${truth.stream.join(', ')} bytes`)
    expect(seen('empty')).toContain(`messages of ${truth.empty.join(', ')} bytes`)
    expect(truth.emptyStream).toEqual(['ab', ''])
    expect(seen('sticky-writes')).toContain(`recv(10) gave "${truth.stickyWrites[0]}", then the end`)
    expect(seen('sticky-reads')).toContain(
      `recv(2) gave "${truth.stickyReads[0]}", recv(10) gave "${truth.stickyReads[1]}"`,
    )
    const { first, cut, next, left } = truth.truncation
    expect([cut, left]).toEqual([true, []])
    expect(seen('truncation')).toContain(`recv(10) gave "${first}"`)
    expect(seen('truncation')).toContain(`the next recv(10) gave "${next}"`)
    expect(truth.oversize).toEqual({ errno: 90, whole: [60_000] })
    expect(seen('oversize')).toContain('60000 bytes arrived, 1 dropped')
    expect(truth.unix.kept).toBe(true)
    expect(seen('families')).toContain(`${truth.unix.sent} were accepted, then EAGAIN`)
  })

  test('strace shows the system calls that the lesson describes', async () => {
    if (!requireTool('strace')) return
    const log = join(temporaryFolder(), 'calls')
    const calls = ['-f', '-e', 'trace=read,recvfrom', '-o', log]
    const lab = [process.execPath, `${ROOT}bin/udptool.js`, 'lab', 'truncation', 'sticky-reads', '--quiet']
    const { code } = await start('strace', [...calls, ...lab]).finished
    expect(code).toBe(0)
    const seen = readFileSync(log, 'utf8')
      .split('\n')
      .map(line => /(?:read|recvfrom)\(\d+, ("(?:he|llo feng|next)[^/(){}]*", \d+).* = (\d+)$/u.exec(line))
      .flatMap(match => (match === null ? [] : [`${match[1]}: ${match[2]}`]))
      .filter(call => !call.includes('...'))
    expect(seen).toEqual([
      '"hello feng", 10: 31',
      '"next", 10: 4',
      '"he", 2: 2',
      '"llo feng", 10: 8',
      '"he", 2: 2',
      '"llo fengnext", 20: 12',
    ])
  })
})

describe('one lesson', () => {
  test('is explained, in either language', async () => {
    const english = await runHosted(['lab', 'sticky-writes'])
    expect(english).toMatchObject({ code: 0, stderr: '' })
    expect(english.stdout).toMatch(/^✓ pass · sticky-writes · Small writes stick together\n\n {2}claim {5}TCP, cause 1/)
    for (const word of ['done', 'expected', 'seen', 'why'])
      expect(english.stdout).toMatch(new RegExp(`^  ${word} `, 'm'))
    const chinese = await runHosted(['lab', 'sticky-writes', '--lang', 'zh'])
    expect(chinese.code).toBe(0)
    for (const word of ['论断', '做法', '预期', '所见', '道理']) {
      expect(chinese.stdout).toMatch(new RegExp(`^  ${word}  `, 'm'))
    }
  })

  test('a file and standard output at once', async () => {
    const file = join(temporaryFolder(), 'lab.json')
    const run = await runHosted(['lab', 'empty', '--format', `json=${file}`])
    expect(run.stdout).toMatch(/^✓ pass · empty/)
    expect(labOf({ stdout: readFileSync(file, 'utf8') }).lessons.map(({ id }) => id)).toEqual(['empty'])
  })
})

describe('a machine without namespaces', () => {
  test('skips the lessons that need one, with the reason and a command, and exits with 0', async () => {
    const run = await udptool(['lab', 'segments', 'fragments', 'oversize', '--json'], { env: { PATH: '/nowhere' } })
    const document = labOf(run)
    expect(run.code).toBe(0)
    expect(document).toMatchObject({ passed: 1, failed: 0, skipped: 2, verdict: 'pass' })
    for (const id of ['segments', 'fragments']) {
      const { verdict, reason, observed } = lessonIn(document, id)
      expect([verdict, observed]).toEqual(['skipped', 'nothing'])
      expect(reason).toMatch(
        /^no wire of our own can be laid here: unshare is not installed; .+: (?:sudo )?udptool lab /,
      )
    }
    expect(lessonIn(document, 'oversize').steps.at(-1)).toMatchObject({ verdict: 'skipped' })
    expect((await udptool(['lab', 'fragments'], { env: { PATH: '/nowhere' } })).stdout).toMatch(
      /^– skipped · fragments/,
    )
  })
})

describe('the command', () => {
  test('lists the lessons', async () => {
    const { code, stdout } = await runHosted(['lab'])
    expect(code).toBe(0)
    expect([...stdout.matchAll(/^ {2}([a-z]+(?:-[a-z]+)*) {2,}[A-Zs]/gm)].map(([, id]) => id)).toEqual(IDS)
    const listed = labOf(await runHosted(['lab', '--json']))
    expect(listed.lessons.map(({ id }) => id)).toEqual(IDS)
  })

  test.each([
    [['lab', 'boundary'], /^udptool: there is no lesson "boundary" — did you mean boundaries\? .+\n$/],
    [['lab', 'empty', '--lang', 'de'], /^udptool: --lang cannot be "de": it is en or zh — .+\n$/],
    [['lab', 'empty', '--format', 'xml'], /^udptool: --format cannot be "xml": .+\n$/],
  ])('%j is a usage error in one line', async (args, line) => {
    expect(await runHosted(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(line) })
  })

  test('a signal ends the run, and the finished lessons are shown', async () => {
    const child = startUdptool(['lab', 'all', '--json'])
    // The first lessons have begun.
    await udpPortOf(child.pid)
    child.signal('SIGINT')
    const finished = await child.finished
    expect(finished.code).toBe(130)
    const { lessons, failed } = labOf(finished)
    expect(failed).toBe(0)
    expect(lessons.length).toBeLessThan(IDS.length)
  })
})

test('no folder, namespace or mount is left', async () => {
  const state = (): string[] => [
    execFileSync('ls', ['/tmp'], { encoding: 'utf8' })
      .split('\n')
      .filter(name => name.startsWith('udptool-lab-'))
      .join(),
    execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' }).split('\n').length.toString(),
    execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
      .split('\n')
      .filter(name => name.startsWith('far'))
      .join(),
    readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter(line => line.startsWith('udptool-lab'))
      .join(),
  ]
  if (!requireTool('ip')) return
  const before = state()
  expect((await udptool(['lab', 'segments', 'fragments', 'oversize', 'families', 'upload'])).code).toBe(0)
  expect(state()).toEqual(before)
})
