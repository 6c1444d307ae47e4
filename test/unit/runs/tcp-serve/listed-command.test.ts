import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MILLISECOND, SECOND } from '../../../../src/base/nanos.ts'
import { runListed, type CommandEnd } from '../../../../src/runs/tcp-serve/listed-command.ts'
import { temporaryFolder } from '../../../helpers/tools.ts'

const LIMITS = { maxTime: 30 * SECOND, maxOutput: 1_000_000 }
const NEVER = new AbortController().signal

async function text({ output }: CommandEnd): Promise<string[]> {
  return await Promise.all(
    output.map(async spool => {
      const pieces: Uint8Array[] = []
      for await (const piece of spool.read()) pieces.push(piece)
      await spool.close()
      return Buffer.concat(pieces).toString()
    }),
  )
}

/** Runs a shell that writes `begun` and starts a process this way, which sleeps. Then the client leaves. */
async function killAsleep(start: string): Promise<{ readonly output: readonly string[]; readonly sleeper: number }> {
  const mark = join(temporaryFolder(), 'pid')
  const gone = new AbortController()
  const sleep = `sh -c 'echo $$ >"$0.new"; mv "$0.new" "$0"; exec sleep 600' "$0"`
  const running = runListed(['sh', '-c', `echo begun; ${start} ${sleep}`, mark], LIMITS, gone.signal)
  await expect.poll(() => existsSync(mark), { timeout: 60_000 }).toBe(true)
  const sleeper = Number(readFileSync(mark, 'utf8'))
  gone.abort()
  const end = await running
  expect(end).toMatchObject({ reason: 'the client disconnected' })
  return { output: await text(end), sleeper }
}

test('standard output and standard error are separate, and the exit code is reported', async () => {
  const end = await runListed(['sh', '-c', 'echo err >&2; echo out; exit 5'], LIMITS, NEVER)
  expect(end).toMatchObject({ exitCode: 5 })
  expect(end.reason).toBeUndefined()
  expect(await text(end)).toEqual(['out\n', 'err\n'])
})

test('arguments are passed unchanged', async () => {
  const args = ['$HOME', '`id`', '"; ls', '', '--', 'a  b', '\n']
  const end = await runListed(['printf', '%s|', ...args], LIMITS, NEVER)
  expect(await text(end)).toEqual([args.map(arg => `${arg}|`).join(''), ''])
})

test('standard input is empty', async () => {
  expect(await text(await runListed(['cat'], LIMITS, NEVER))).toEqual(['', ''])
})

test('a signal that ends it gives the exit code of a shell', async () => {
  expect(await runListed(['sh', '-c', 'kill -KILL $$'], LIMITS, NEVER)).toMatchObject({ exitCode: 137 })
})

describe('it is killed', () => {
  test('after its time limit', async () => {
    const end = await runListed(['sleep', '60'], { ...LIMITS, maxTime: 300 * MILLISECOND }, NEVER)
    expect(end).toMatchObject({ exitCode: 124, reason: 'it exceeded the time limit of 300 ms' })
    expect(await text(end)).toEqual(['', ''])
  })

  test('and what it wrote before is kept', async () => {
    const { output } = await killAsleep('exec')
    expect(output).toEqual(['begun\n', ''])
  })

  test('even if a process that left its group holds its output open', async () => {
    const { output, sleeper } = await killAsleep('exec setsid')
    // It still runs. If it did not, this would throw.
    process.kill(sleeper, 'SIGKILL')
    expect(output).toEqual(['begun\n', ''])
  })

  test.each([
    ['out', 'yes'],
    ['err', 'yes >&2'],
  ])('when its room is used up: %s', async (_, script) => {
    const end = await runListed(['sh', '-c', script], { ...LIMITS, maxOutput: 100_001 }, NEVER)
    expect(end).toMatchObject({ exitCode: 137, reason: 'it wrote more than 100 kB' })
    expect((await text(end)).join('').length).toBe(100_001)
  })

  test('when its client has gone, before or after its start', async () => {
    const gone = new AbortController()
    const running = runListed(['sleep', '60'], LIMITS, gone.signal)
    gone.abort()
    expect(await running).toMatchObject({ exitCode: 137, reason: 'the client disconnected' })
    expect(await runListed(['sleep', '60'], LIMITS, gone.signal)).toMatchObject({ exitCode: 137 })
  })
})

test.each([
  [['/no/such/program'] as const, 'cannot run "/no/such/program": there is no such program'],
  [['no-such-program-anywhere'] as const, 'cannot run "no-such-program-anywhere": there is no such program'],
  [['/etc/passwd'] as const, 'cannot run "/etc/passwd": it may not be executed'],
])('%j cannot be started', async (argv, message) => {
  await expect(runListed(argv, LIMITS, NEVER)).rejects.toMatchObject({ code: 'refused', message })
})

test('an argument that is too long is refused, and nothing else fails', async () => {
  await expect(runListed(['true', 'x'.repeat(3_000_000)], LIMITS, NEVER)).rejects.toMatchObject({ code: 'refused' })
})
