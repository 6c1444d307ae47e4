import { usage } from '../../base/error.ts'
import { quoted } from '../../base/quoted.ts'
import { nearest } from '../../base/suggestion.ts'
import type { PlannedCheck } from './planned-check.ts'
import type { SuitePlan } from './suite-plan.ts'

/** Selects checks of a file by name, and of these by tag. */
export interface Selection {
  /** Names, with or without the values of `for`, or ids. */
  readonly only: readonly string[]
  readonly tags: readonly string[]
}

/** The plan with the selected checks only. A name or tag that no check has is a `usage` error, because an empty run would prove nothing. */
export function selectChecks(plan: SuitePlan, { only, tags }: Selection): SuitePlan {
  const { checks, file } = plan
  refuseUnknown(
    '--only',
    only,
    checks.flatMap(check => namesOf(check)),
    file,
  )
  refuseUnknown(
    '--tag',
    tags,
    checks.flatMap(check => check.tags),
    file,
  )
  const selected = checks.filter(
    check => isNamed(check, only) && (tags.length === 0 || check.tags.some(tag => tags.includes(tag))),
  )
  if (selected.length === 0)
    throw usage(`no check of ${file} has both such a name and such a tag`, 'leave --only or --tag out')
  return { ...plan, checks: selected }
}

function namesOf({ name, id, base }: PlannedCheck): readonly string[] {
  return base === undefined ? [name, id] : [base, name, id]
}

function isNamed(check: PlannedCheck, only: readonly string[]): boolean {
  return only.length === 0 || namesOf(check).some(name => only.includes(name))
}

function refuseUnknown(flag: string, asked: readonly string[], known: readonly string[], file: string): void {
  const unknown = asked.find(one => !known.includes(one))
  if (unknown === undefined) return
  const meant = nearest(unknown, known)
  const what = flag === '--only' ? 'is called' : 'has the tag'
  throw usage(
    `${flag}: no check of ${file} ${what} ${quoted(unknown)}`,
    meant === undefined
      ? `there are ${[...new Set(known)].map(quoted).join(', ') || 'none'}`
      : `did you mean ${quoted(meant)}?`,
  )
}
