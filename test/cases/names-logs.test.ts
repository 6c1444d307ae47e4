import { expect } from 'vitest'
import { cases } from '../helpers/cases.ts'
import { start, ROOT } from '../helpers/child.ts'
import { startEcho } from '../helpers/peers.ts'

/** What the runners of GitHub, Azure, TeamCity and GitLab look for in a log. */
const COMMANDS = [
  '::error title=x::pwned',
  '  ::stop-commands::pwned',
  'and ##[group]pwned',
  '##vso[task.setvariable variable=PATH]pwned',
  "##teamcity[buildStop comment='pwned']",
  'section_start:1560896352:pwned',
]

/** Whether a runner would take a line for an instruction; written down from their sources and pages, not from ours. */
function isRead(line: string): boolean {
  const trimmed = line.trimStart()
  const isGithub = trimmed.startsWith('::') && trimmed.indexOf('::', 2) > 2
  return (
    isGithub || ['##[', '##vso[', '##teamcity['].some(mark => line.includes(mark)) || /section_start:\d/u.test(line)
  )
}

const NO_CI = { CI: '', GITHUB_ACTIONS: '', GITLAB_CI: '', TF_BUILD: '', TEAMCITY_VERSION: '' }

cases([
  {
    fault: 'D8',
    what: 'replies, and names that do not resolve, in the log of a CI',
    before: 'printed as they were, and run by the CI',
    right: 'no line is an instruction, JSON is the same document, and outside of a CI the text is unchanged',
    async shows() {
      await using echo = await startEcho('--mode', 'echo')
      const words = ['send', '--to', `127.0.0.1:${echo.port}`, '--stdin']
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
      expect(plain.split('\n').filter(isRead)).toHaveLength(COMMANDS.length)
      for (const env of [{ CI: 'true' }, { GITHUB_ACTIONS: 'true' }, { TF_BUILD: 'True' }, { GITLAB_CI: 'true' }]) {
        const log = await send(env)
        expect(log.match(/pwned/gu)?.length).toBeGreaterThanOrEqual(COMMANDS.length)
        expect(log.split('\n').filter(isRead)).toEqual([])
      }
      const json = await send({ GITHUB_ACTIONS: 'true' }, '--json')
      expect(json.split('\n').filter(isRead)).toEqual([])
      expect(JSON.parse(json).messages.map(({ reply }: { reply: string }) => reply)).toEqual(COMMANDS)
    },
  },
])
