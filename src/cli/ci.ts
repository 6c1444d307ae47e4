/** Environment variables that show that the program runs in a CI, which reads its output. */
const SIGNS = [
  'CI',
  'GITHUB_ACTIONS',
  'GITEA_ACTIONS',
  'FORGEJO_ACTIONS',
  'TF_BUILD',
  'TEAMCITY_VERSION',
  'GITLAB_CI',
  'TRAVIS',
]
const NO = new Set(['', '0', 'false'])

/** Whether a CI reads the log that this process writes. */
export function isInCi(env: NodeJS.ProcessEnv = process.env): boolean {
  return SIGNS.some(name => !NO.has((env[name] ?? '').toLowerCase()))
}
