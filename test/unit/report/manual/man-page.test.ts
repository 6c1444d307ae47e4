import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { manName, renderManPage } from '../../../../src/report/manual/man-page.ts'
import { everyCommand } from '../../../../src/report/manual/outline.ts'
import { requireTool } from '../../../helpers/tools.ts'
import { TOOL } from '../crafted-outline.ts'

const RELEASE = { program: TOOL, version: '1.2.3', date: '2026-01-02' }
const [serve = TOOL] = TOOL.commands

describe('a manual page', () => {
  test('begins with its title and has the usual sections', () => {
    const page = renderManPage(serve, RELEASE)
    expect(page).toMatch(/^\.TH TOOL\\-SERVE 1 2026\\-01\\-02 "tool 1\.2\.3" "User commands"\n/)
    expect([...page.matchAll(/^\.S[HS] (.*)$/gm)].map(([, title]) => title)).toEqual([
      'NAME',
      'SYNOPSIS',
      'OPTIONS',
      'Guards',
      'NOTES',
      'EXAMPLES',
      'EXIT STATUS',
      'SEE ALSO',
    ])
  })

  test('has no section for what its command lacks', () => {
    const page = renderManPage({ ...serve, flags: [], after: '' }, RELEASE)
    expect(page).not.toMatch(/OPTIONS|NOTES|EXAMPLES|COMMANDS/)
  })

  test('names each related page once, and never itself', () => {
    const page = renderManPage(TOOL, RELEASE)
    const related = [...page.matchAll(/^\.BR (\S+) \(1\)/gm)].map(([, name = '']) => name.replaceAll('\\-', '-'))
    expect(related).toEqual(['tool-serve', 'tool-tcp'])
  })

  test.each(everyCommand(TOOL).map(command => [manName(command), command] as const))(
    'of %s is read by groff without a complaint, and shows its texts as they were',
    (_, command) => {
      if (!requireTool('groff')) return
      const page = renderManPage(command, RELEASE)
      // -ww: every warning. Without line breaks and hyphenation the texts stay together.
      const { stdout: shown, stderr } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou', '-rLL=2000n'], {
        input: `.nh\n${page}`,
        encoding: 'utf8',
      })
      expect(stderr).toBe('')
      expect(shown).toContain(`${manName(command)} - ${command.about}`)
      for (const { form, about } of command.flags) {
        expect(shown).toContain(form)
        expect(shown).toContain(about)
      }
      for (const line of command.after.split('\n').filter(text => !text.endsWith(':')))
        expect(shown).toContain(line.trim())
    },
  )
})
