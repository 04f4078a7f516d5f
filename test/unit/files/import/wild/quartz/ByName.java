/** Triggers of jobs that are defined elsewhere. */
class ByName {
    void schedule(Scheduler scheduler) throws SchedulerException {
        scheduler.scheduleJob(newTrigger().withIdentity("nightly").forJob("purge", "shop")
                .withSchedule(cronSchedule("0 0 3 ? * 2-6").withMisfireHandlingInstructionDoNothing()).build());
        scheduler.scheduleJob(newTrigger().withIdentity("hourly")
                .withSchedule(cronSchedule("0 0 * * * ?")).build());
    }
}
