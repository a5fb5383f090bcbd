/** Every route of the program; each belongs to exactly one surface. */
import { designerRoutes } from './common/designer.ts'
import { docsRoutes } from './common/docs.ts'
import { healthRoutes } from './common/health.ts'
import { openApiRoutes } from './common/openapi.ts'
import { setupRoutes } from './common/setup.ts'
import { apiKeyRoutes } from './private/api-keys.ts'
import { analyticsRoutes } from './private/analytics.ts'
import { uploadRoutes } from './private/assets.ts'
import { batchRoutes } from './private/batches.ts'
import { certificateChangeRoutes } from './private/certificates-change.ts'
import { certificateRoutes } from './private/certificates.ts'
import { designRoutes } from './private/designs.ts'
import { eventRoutes } from './private/events.ts'
import { mailRoutes } from './private/mails.ts'
import { systemRoutes } from './private/system.ts'
import { templateRoutes } from './private/templates.ts'
import { templateArchiveRoutes } from './private/templates-archive.ts'
import { assetRoutes } from './public/assets.ts'
import { brandRoutes } from './public/brand.ts'
import { publicCertificateRoutes } from './public/certificates.ts'
import { embedRoutes } from './public/embed.ts'
import { identityRoutes } from './public/identity.ts'
import { fileRoutes } from './public/files.ts'
import { requestRoutes } from './public/requests.ts'
import { rootsRoutes } from './public/roots.ts'
import { savedCheckerRoutes } from './public/saved-checker.ts'
import { shareRoutes } from './public/share.ts'
import { siteRoutes } from './public/site.ts'
import type { Route } from './route.ts'

/** Issuing, templates, keys: behind an API key. */
export const privateRoutes: readonly Route[] = [
  ...certificateRoutes,
  ...certificateChangeRoutes,
  ...batchRoutes,
  ...templateRoutes,
  ...templateArchiveRoutes,
  ...designRoutes,
  ...uploadRoutes,
  ...apiKeyRoutes,
  ...eventRoutes,
  ...analyticsRoutes,
  ...mailRoutes,
  ...systemRoutes,
]
/** What recipients and verifiers see. */
export const publicRoutes: readonly Route[] = [
  ...publicCertificateRoutes,
  ...fileRoutes,
  ...shareRoutes,
  ...embedRoutes,
  ...requestRoutes,
  ...brandRoutes,
  ...identityRoutes,
  ...rootsRoutes,
  ...siteRoutes,
  ...savedCheckerRoutes,
]
/** On every listener. */
export const commonRoutes: readonly Route[] = [
  ...healthRoutes,
  ...docsRoutes,
  ...openApiRoutes,
  ...setupRoutes,
  ...designerRoutes,
  ...assetRoutes,
]

export const allRoutes: readonly Route[] = [...privateRoutes, ...publicRoutes, ...commonRoutes]
