import { describeHost } from '../../runs/host.ts'
import { readVersion } from '../../runs/version.ts'
import type { DoctorDocument, Finding } from '../../verdict/doctor.ts'
import type { Need } from './plan.ts'

/** The document of `udptool doctor`: the findings, their number by level, and the verdict. */
export function doctorDocument(findings: readonly Finding[], need: Need): DoctorDocument {
  const count = (level: Finding['level']): number => findings.filter(one => one.level === level).length
  const counts = { ok: count('ok'), note: count('note'), warn: count('warn'), fail: count('fail') }
  return {
    schema: 'udptool/doctor/1',
    command: 'doctor',
    tool: { name: 'udptool', version: readVersion() },
    host: describeHost(),
    need,
    findings,
    counts,
    verdict: counts.fail === 0 ? 'pass' : 'fail',
  }
}
