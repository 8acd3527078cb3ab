// The pages, in the order of the menu; each needs one operation.
import { createRouter, createWebHashHistory } from 'vue-router'
import type { Word } from './words'

export interface Section { path: string; title: Word; needs: string }
export const sections: Section[] = [
  { path: '/permits', title: 'permits', needs: 'see_permits' },
  { path: '/visits', title: 'visits', needs: 'see_visits' },
  { path: '/blocks', title: 'blocks', needs: 'see_blocks' },
  { path: '/imports', title: 'imports', needs: 'import_permits' },
  { path: '/gates', title: 'gates', needs: 'see_gates' },
  { path: '/events', title: 'events', needs: 'see_events' },
  { path: '/audit', title: 'audit', needs: 'see_audit' },
  { path: '/users', title: 'users', needs: 'see_users' }
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/permits', component: () => import('./views/PermitsView.vue') },
    { path: '/visits', component: () => import('./views/VisitsView.vue') },
    { path: '/blocks', component: () => import('./views/BlocksView.vue') },
    { path: '/imports', component: () => import('./views/ImportView.vue') },
    { path: '/gates', component: () => import('./views/GatesView.vue') },
    { path: '/events', component: () => import('./views/EventsView.vue') },
    { path: '/audit', component: () => import('./views/AuditView.vue') },
    { path: '/users', component: () => import('./views/UsersView.vue') },
    { path: '/:rest(.*)*', redirect: '/permits' }
  ]
})
