package com.acme;

@Configuration
public class Several {
    @Bean
    public JobDetail invoiceDetail() {
        return JobBuilder.newJob(InvoiceJob.class).storeDurably().build();
    }

    @Bean
    public Trigger invoiceTrigger(@Qualifier("invoiceDetail") JobDetail detail) {
        return TriggerBuilder.newTrigger().forJob(invoiceDetail())
                .withIdentity(new TriggerKey("invoices"))
                .withSchedule(CronScheduleBuilder.cronSchedule("0 0 4 ? * SUN-SAT")).build();
    }

    void one(Scheduler scheduler) throws SchedulerException {
        JobDetail job = newJob(OneJob.class).withIdentity("one", "g").build();
        Trigger trigger = newTrigger().withIdentity(triggerKey("first", "g")).withSchedule(dailyAtHourAndMinute(10, 42)).build();
        scheduler.scheduleJob(job, trigger);
    }

    void two(Scheduler scheduler) throws SchedulerException {
        JobDetail job = newJob(TwoJob.class).build();
        Trigger trigger = newTrigger().withSchedule(repeatHourlyForever(2)).build();
        scheduler.scheduleJob(job, trigger);
        scheduler.scheduleJob(newJob(ThreeJob.class).usingJobData("n", 3).build(), newTrigger().withIdentity("third").withSchedule(atHourAndMinuteOnGivenDaysOfWeek(7, 15, MONDAY, DateBuilder.FRIDAY)).build());
        scheduler.scheduleJob(newTrigger().forJob(JobKey.jobKey("one", "g")).withIdentity("again").withSchedule(monthlyOnDayAndHourAndMinute(15, 9, 0)).build());
    }
}
