import { existsSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Report } from '../report/formats/report.ts'

/**
 * The path of a file in annotations: relative to the root of the repository, with slashes. The root is GITHUB_WORKSPACE if the file is
 * inside, else the nearest folder above the file with a `.git`. A file outside a repository keeps its name.
 */
function repositoryPath(file: string, env: NodeJS.ProcessEnv = process.env): string {
  const real = realPath(resolve(file))
  const workspace = env['GITHUB_WORKSPACE'] ?? ''
  for (const root of [...(workspace === '' ? [] : [realPath(workspace)]), ...repositoryOf(real)]) {
    const path = relative(root, real)
    if (!path.startsWith('..') && !isAbsolute(path)) return path.split(sep).join('/')
  }
  return file
}

/** The report with places in the form of annotations. */
export function inRepository(report: Report): Report {
  const checks = report.suite.checks.map(check =>
    check.place === undefined ? check : { ...check, place: { ...check.place, file: repositoryPath(check.place.file) } },
  )
  return { ...report, suite: { ...report.suite, checks } }
}

function repositoryOf(file: string): readonly string[] {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return [folder]
    if (folder === dirname(folder)) return []
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
