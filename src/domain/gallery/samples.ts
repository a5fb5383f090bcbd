/** What the pictures of the gallery say: an issuer and fields that suit each design. */
export interface GallerySample {
  issuer: string
  /** Name of the template, where the design shows it. */
  template?: string
  fields: Record<string, string>
}

/** By slug. */
export const GALLERY_SAMPLES: Record<string, GallerySample> = {
  classic: { issuer: 'Nordhaven University', template: 'Master of Science in Marine Biology', fields: {} },
  modern: {
    issuer: 'Kontur Academy',
    fields: {
      course_name: 'Advanced Project Management',
      completion_date: '27 February 2026',
      course_length: '120 hours',
      signer: 'Anna Svensson',
    },
  },
  compliance: {
    issuer: 'Halden Process Safety AS',
    fields: {
      course_name: 'Working at height, refresher',
      regulation: 'ISO 45001:2018, clause 7.2',
      completion_date: '27 February 2026',
      result: 'Passed, 94 of 100 points',
      trainer: 'Lars Holm',
      signer: 'Ingrid Dahl, Head of Safety',
    },
  },
  award: {
    issuer: 'The Aldous Foundation',
    fields: {
      award_name: 'Innovator of the Year',
      citation:
        'For the quiet persistence that turned a laboratory curiosity into a clean-water system now serving forty villages.',
      signer: 'Eleanor Whitcombe, Chair',
    },
  },
  membership: {
    issuer: 'Royal Society of Cartographers',
    fields: { member_level: 'Fellow', member_number: 'F-20418', signer: 'H. J. Lindqvist, Secretary' },
  },
  workshop: {
    issuer: 'Printworks Malmö',
    fields: {
      workshop_name: 'Letterpress and Paper Making',
      workshop_date: '14 June 2026',
      place: 'Malmö',
      hours: '12 hours',
      signer: 'Nora Ek, Master Printer',
    },
  },
  licence: {
    issuer: 'Board of Engineers',
    fields: {
      licence_title: 'Chartered Electrical Engineer',
      licence_number: 'EE-2026-00417',
      licence_class: 'Class A, high voltage',
      signer: 'Dr. Marta Oliveira, Registrar',
    },
  },
  'micro-credential': {
    issuer: 'Lakeside College',
    fields: {
      credential_name: 'Applied Data Analysis',
      skills: 'Data modelling\nSQL and query tuning\nDashboard design\nStatistical testing\nData ethics',
      skill_level: 'Intermediate (EQF 5)',
      workload: '3 ECTS, 75 hours',
      signer: 'Prof. Jonas Weber',
    },
  },
  swiss: { issuer: 'Institut für Gestaltung', fields: { course_name: 'Typographic Systems', signer: 'Ruth Keller' } },
  botanical: {
    issuer: 'Friends of the Western Gardens',
    fields: {
      reason: 'for two seasons of drawing, pressing and naming the native flora of the western fjords',
      signer: 'Sigrid Aasen',
    },
  },
  summit: {
    issuer: 'Lyngen Mountain Club',
    fields: {
      event_name: 'Midnight Sun Mountain Run',
      finish: '42 km in 4 h 12 min 37 s',
      signer: 'Tore Nilsen, Race director',
    },
  },
}
