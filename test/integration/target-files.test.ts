import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UdptoolError } from '../../src/base/error.ts'
import { readTargetFile } from '../../src/jobs/discovery/target-file.ts'
import { promtool } from '../helpers/promtool.ts'
import { requireTool, temporaryFolder } from '../helpers/tools.ts'

/** Whether Prometheus accepts such a file in `file_sd_configs`. */
async function isAccepted(name: string, text: string): Promise<boolean> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, name), text)
  const jobs = [{ job_name: 'udptool', file_sd_configs: [{ files: [name] }] }]
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify({ scrape_configs: jobs }))
  const { code, stdout, stderr } = await promtool(['check', 'config', 'prometheus.yml'], folder)
  // It checks the file, and does not only find it.
  expect(code === 0 || stderr.includes('FAILED') || stdout.includes('FAILED')).toBe(true)
  return code === 0
}

function isRead(name: string, text: string): boolean {
  try {
    readTargetFile(name, text)
    return true
  } catch (error) {
    if (error instanceof UdptoolError) return false
    throw error
  }
}

describe.runIf(requireTool('promtool'))('Prometheus and udptool agree on a file of targets', () => {
  const ENTRY = { targets: ['10.0.0.7:9000', 'edge.example:9000'], labels: { site: 'fra', __meta_rack: '7' } }

  test.each([
    ['a.json', JSON.stringify([ENTRY]), true],
    ['a.json', JSON.stringify([ENTRY, { targets: ['[2001:db8::1]:9000'] }]), true],
    ['a.json', JSON.stringify([{ targets: [] }]), true],
    ['a.json', '[]', true],
    ['a.yaml', JSON.stringify([ENTRY]), true],
    ['a.yml', "- targets: ['10.0.0.7:9000']\n  labels: { site: fra, rack: 7 }\n", true],
    ['a.json', '', false],
    ['a.json', JSON.stringify([ENTRY]).slice(0, -1), false],
    ['a.json', "- targets: ['10.0.0.7:9000']\n", false],
    ['a.json', JSON.stringify(ENTRY), false],
    ['a.json', JSON.stringify([{ target: ['10.0.0.7:9000'] }]), false],
    ['a.json', JSON.stringify([{ targets: '10.0.0.7:9000' }]), false],
    ['a.json', JSON.stringify([{ targets: [7] }]), false],
    ['a.json', JSON.stringify([{ targets: ['a:9'], labels: { 'ra-ck': '7' } }]), false],
    ['a.json', JSON.stringify([{ targets: ['a:9'], labels: ['rack'] }]), false],
    ['a.yml', '- targets: [a:9]\n  label: { site: fra }\n', false],
    ['a.yml', '- targets: [a:9\n', false],
  ])('%s %s: %s', async (name, text, verdict) => {
    expect({ prometheus: await isAccepted(name, text), udptool: isRead(name, text) }).toEqual({
      prometheus: verdict,
      udptool: verdict,
    })
  })
})
