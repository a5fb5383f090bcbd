import type { Route } from './route.ts'

const patterns = new WeakMap<Route, RegExp>()

function patternOf(route: Route): RegExp {
  let pattern = patterns.get(route)
  if (!pattern) {
    const parts = route.path.split('/').map((part) => {
      if (!part.startsWith(':')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      return `(?<${part.slice(1)}>[^/]+)`
    })
    pattern = new RegExp(`^${parts.join('/')}/?$`)
    patterns.set(route, pattern)
  }
  return pattern
}

/** The routes of this path, whatever their method. */
export const routesAt = (routes: readonly Route[], path: string): Route[] =>
  routes.filter((route) => {
    const found = patternOf(route).exec(path)
    if (!found) return false
    return Object.entries(route.only ?? {}).every(([name, pattern]) => pattern.test(found.groups?.[name] ?? ''))
  })

/** For Allow: HEAD stands beside GET. */
export const methodsOf = (routes: readonly Route[]): string[] =>
  [...new Set(routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))].sort()
