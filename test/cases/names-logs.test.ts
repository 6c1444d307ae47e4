import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { start, ROOT } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'
import { udptool } from '../helpers/udptool.ts'

/** Log lines that the runners of GitHub, Azure, TeamCity and GitLab execute. */
const COMMANDS = [
  '::error title=x::pwned',
  '  ::stop-commands::pwned',
  'and ##[group]pwned',
  '##vso[task.setvariable variable=PATH]pwned',
  "##teamcity[buildStop comment='pwned']",
  'section_start:1560896352:pwned',
]

/** Whether a runner executes a line, by the sources and documents of the runners. */
function isExecuted(line: string): boolean {
  const trimmed = line.trimStart()
  const isGithub = trimmed.startsWith('::') && trimmed.indexOf('::', 2) > 2
  return (
    isGithub || ['##[', '##vso[', '##teamcity['].some(mark => line.includes(mark)) || /section_start:\d/u.test(line)
  )
}

/** Two checks with their own servers. */
const CHECKS = `checks:
  - { name: 'first # of two', serve: {}, count: 1 }
  - { name: second, serve: { mode: echo }, size: 100 }
`

const NO_CI = { CI: '', GITHUB_ACTIONS: '', GITLAB_CI: '', TF_BUILD: '', TEAMCITY_VERSION: '' }

cases([
  {
    fault: 'D8',
    what: 'replies with workflow commands in the log of a CI',
    before: 'printed as they were, and run by the CI',
    right: 'no line is a command, JSON is the same document, and outside of a CI the text is unchanged',
    async shows() {
      await using echo = await startEcho('--mode', 'echo')
      const words = ['send', '--to', `127.0.0.1:${echo.port}`, '--stdin', '--timeout', '20s']
      const send = async (env: Readonly<Record<string, string>>, ...more: readonly string[]): Promise<string> => {
        const child = start(process.execPath, [`${ROOT}bin/udptool.js`, ...words, ...more], {
          stdin: 'fifo',
          env: { ...NO_CI, ...env },
        })
        child.write(`${COMMANDS.join('\n')}\n`)
        child.end()
        const { stdout, stderr, code } = await child.finished
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
        return stdout
      }
      const plain = await send({})
      for (const command of COMMANDS) expect(plain).toContain(command)
      expect(plain.split('\n').filter(isExecuted)).toHaveLength(COMMANDS.length)
      for (const env of [{ CI: 'true' }, { GITHUB_ACTIONS: 'true' }, { TF_BUILD: 'True' }, { GITLAB_CI: 'true' }]) {
        const log = await send(env)
        expect(log.match(/pwned/gu)?.length).toBeGreaterThanOrEqual(COMMANDS.length)
        expect(log.split('\n').filter(isExecuted)).toEqual([])
      }
      const json = await send({ GITHUB_ACTIONS: 'true' }, '--json')
      expect(json.split('\n').filter(isExecuted)).toEqual([])
      expect(JSON.parse(json).messages.map(({ reply }: { reply: string }) => reply)).toEqual(COMMANDS)
    },
  },
  {
    fault: 'D12',
    what: 'TAP of a suite that passed, read by prove',
    before: 'prove refuses TAP version 14',
    right: 'prove: one file, two tests, PASS',
    async shows() {
      if (!requireTool('prove')) return
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'checks.yaml'), CHECKS)
      const { code } = await udptool(['check', join(folder, 'checks.yaml'), '--format', `tap=${folder}/out.tap`])
      expect(code).toBe(0)
      const { stdout, code: proved } = await start('prove', ['-v', '-e', 'cat', `${folder}/out.tap`]).finished
      expect(stdout).toMatch(/Files=1, Tests=2,[^]*Result: PASS/u)
      expect({ proved, errors: stdout.match(/Parse errors/u) }).toEqual({ proved: 0, errors: null })
    },
  },
  {
    fault: 'D12',
    what: 'annotations of a check file in a subfolder, run from several working folders',
    before: 'file=checks.yaml',
    right: 'the path from the root of the repository',
    async shows() {
      const root = temporaryFolder()
      const folder = join(root, 'sub', 'folder')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'checks.yaml'), CHECKS.replace('count: 1', 'count: 1, expect: ["replies==0"]'))
      const annotated = async (cwd: string, file: string, env: Readonly<Record<string, string>>): Promise<string[]> => {
        const words = ['-c', 'cd "$0" && exec "$@"', cwd, process.execPath, `${ROOT}bin/udptool.js`]
        const run = start('sh', [...words, 'check', file, '--format', 'github'], { env: { ...NO_CI, ...env } })
        return [...(await run.finished).stdout.matchAll(/^::error file=([^,]*)/gmu)].map(([, name = '']) => name)
      }
      const workspace = { GITHUB_WORKSPACE: root }
      expect(await annotated(folder, 'checks.yaml', workspace)).toEqual(['sub/folder/checks.yaml'])
      expect(await annotated(root, 'sub/folder/checks.yaml', workspace)).toEqual(['sub/folder/checks.yaml'])
      expect(await annotated('/', join(folder, 'checks.yaml'), workspace)).toEqual(['sub/folder/checks.yaml'])
      mkdirSync(join(root, '.git'))
      expect(await annotated(folder, './checks.yaml', { GITHUB_WORKSPACE: '' })).toEqual(['sub/folder/checks.yaml'])
    },
  },
])
